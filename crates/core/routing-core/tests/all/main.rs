//! What a viewer gets, and why: one module per topic.

#![cfg(test)]

mod classify;
mod cookies;
mod crawlers;
mod decide;
mod force;
mod movement;
mod paths;
mod plan;
mod properties;
mod roll;
mod second_attempt;
mod stamp;
mod support;
mod trail;
