use std::path::PathBuf;

use override_token::NoRandomness;
use thiserror::Error;

use crate::failure::{Advice, Failure};
use crate::files::FileError;

/// There is no usable key, or a new key was not written.
#[derive(Debug, Error)]
pub(crate) enum KeyError {
    #[error("`override.policy` is `off`: only the plan decides which release a viewer gets")]
    Off,
    #[error("there is no key to sign with: neither `{}` nor EDGESWITCH_PREVIEW_KEY", .0.display())]
    NoKey(PathBuf),
    #[error(transparent)]
    File(#[from] FileError),
    #[error("`{}` already exists: keys are not overwritten", .0.display())]
    Exists(PathBuf),
    #[error("key `{}` has mode {mode:04o}: others can read it", path.display())]
    Readable { path: PathBuf, mode: u32 },
    #[error("`{place}` does not hold a key of `preview keygen`: {problem}")]
    Broken {
        /// The file or the environment variable.
        place: String,
        /// The reason. It never contains the key.
        problem: String,
    },
    #[error("the key in `{place}` expired on {ended}")]
    Expired { place: String, ended: String },
    #[error("`public_keys` does not have the key in `{place}`: its public half is {public_key}")]
    NotTrusted { place: String, public_key: String },
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl Failure for KeyError {
    fn advice(&self) -> Advice {
        let failed = Advice::failed();
        match self {
            Self::Off => failed.hint("set `policy = \"signed\"` in [override] and rebuild the packages"),
            Self::NoKey(_) => Advice::usage()
                .hint("`edgeswitch preview keygen` makes one, `--key` names another file"),
            Self::File(error) => error.advice(),
            Self::Exists(_) => {
                failed.hint("`--key` names another file; the edge accepts two keys at a time")
            }
            Self::Readable { path, .. } => failed.hint(format!("make it private: `chmod 600 {}`", path.display())),
            Self::Broken { .. } | Self::Expired { .. } => failed.hint(
                "make another with `edgeswitch preview keygen --key FILE`, and add its public half to [override] public_keys",
            ),
            Self::NotTrusted { .. } => {
                failed.hint("add it to `public_keys` in [override], at most two, and rebuild the packages")
            }
            Self::NoRandomness(_) => failed,
        }
    }
}
