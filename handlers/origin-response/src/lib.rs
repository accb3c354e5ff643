//! The origin-response function of edgeswitch.
