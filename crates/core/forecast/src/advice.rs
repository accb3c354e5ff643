/// The longest group stickiness that AWS advises for blue/green releases, in seconds (AWS DevOps Blog, "Fine-tuning
/// blue/green deployments on application load balancer").
pub const BLUE_GREEN_STICKINESS: u32 = 60;
/// The longest before the last step of a canary, in seconds (the same page).
pub const CANARY_STICKINESS: u32 = 300;
