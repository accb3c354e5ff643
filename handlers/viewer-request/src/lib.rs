//! The viewer-request function of edgeswitch.
