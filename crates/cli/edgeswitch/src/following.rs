//! Load balancers and DNS records follow the plan: they are read, compared, written and read back.

mod bring;
mod error;
mod leader;
mod moved;
mod resource;

pub(crate) use bring::{Mode, bring, bring_all, preview};
pub(crate) use error::{FollowerError, repair};
pub(crate) use moved::{Is, Moved, lines};
