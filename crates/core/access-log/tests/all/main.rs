//! The public items, against made logs of all generations.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod cut;
mod doubled;
mod generations;
mod limits;
mod memory;
mod other_parser;
#[cfg(feature = "parquet")]
mod parquet;
mod properties;
mod refused;
mod support;
mod values;
