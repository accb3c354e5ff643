//! Changes of the plan, from its text to its text.

#![cfg(test)]

mod properties;
mod support;
mod viewers;
