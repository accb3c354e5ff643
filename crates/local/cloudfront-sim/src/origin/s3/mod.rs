mod folder;
mod key;
mod object;
mod range;
mod s3_error;

pub use folder::{Missing, S3Folder};
