//! Events, plans and times become actions.

#![cfg(test)]

mod announced;
mod changes;
mod copied;
mod events;
mod gated;
mod judged;
mod properties;
mod remembered;
mod support;
mod switched;
