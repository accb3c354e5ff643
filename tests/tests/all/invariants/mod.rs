//! A search for broken invariants: viewers, tabs, changes of the plan, outages and evictions in any order.
//!
//! Every sequence runs on virtual time in its own world, whose watch checks every response. A sequence that
//! breaks a rule is shrunk to the shortest story that does. A test run searches the same stories each time.
//! `EDGESWITCH_SOAK=20` searches twenty times as many stories, and different ones each time.

mod cast;
mod cookie_pages;
mod event;
mod searched;
mod setting;
mod story;
mod talk;
