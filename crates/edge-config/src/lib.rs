//! The configuration file of edgeswitch: what people write, checked into what the edge reads.
