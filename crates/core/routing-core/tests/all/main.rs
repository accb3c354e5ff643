//! What a viewer gets, and why: one module per topic.

#![cfg(test)]

mod classify;
mod cookies;
mod decide;
mod force;
mod movement;
mod other;
mod paths;
mod plan;
mod properties;
mod roll;
mod stamp;
mod support;
mod trail;
