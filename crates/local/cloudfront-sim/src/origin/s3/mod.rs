mod folder;
mod key;
mod object;
mod range;
mod refusal;

pub use folder::{Missing, S3Folder};
