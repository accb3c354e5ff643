//! The invariants, searched: viewers, tabs, changes of the plan, outages and evictions in any order.
//!
//! Every sequence runs on virtual time in a world of its own; the world's watch looks at every response.
//! What breaks a rule is shrunk to the shortest story that does. A test run searches the same stories each time;
//! `EDGESWITCH_SOAK=20` searches twenty times as many others.

mod cast;
mod cookie_pages;
mod event;
mod searched;
mod setting;
mod story;
mod talk;
