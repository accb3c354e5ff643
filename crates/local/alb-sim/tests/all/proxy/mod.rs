//! The load balancer over HTTP, in front of servers on loopback.

mod draining;
mod forwarding;
mod health;
mod world;
