//! Changes of the plan, from its text to its text.

#![cfg(test)]

mod contracts;
mod draining;
mod effects;
mod kept;
mod month;
mod properties;
mod refusals;
mod slots;
mod summaries;
mod support;
mod viewers;
