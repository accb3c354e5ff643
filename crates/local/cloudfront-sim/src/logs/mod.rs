//! Access logs, as standard logging v2 writes them in the format w3c.

mod folder;
mod row;

pub use folder::LogFolder;
pub use row::{log_header, log_row};
