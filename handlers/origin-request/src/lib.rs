//! The origin-request function of edgeswitch.
