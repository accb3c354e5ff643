use std::io;
use std::path::PathBuf;

use override_token::NoRandomness;
use thiserror::Error;

use crate::exit::Exit;

/// Why there is no link or no key.
#[derive(Debug, Error)]
pub enum PreviewError {
    /// The configuration takes no overrides.
    #[error("`override.policy` is `off`: nobody gets a release but by the plan")]
    Off,
    /// Nothing to sign with.
    #[error("there is no key to sign with: neither `{}` nor EDGESWITCH_PREVIEW_KEY", .0.display())]
    NoKey(PathBuf),
    /// The key's file cannot be read.
    #[error("read key `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A new key's file cannot be written.
    #[error("write key `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A key would be lost.
    #[error("`{}` exists already: keys are not overwritten", .0.display())]
    Exists(PathBuf),
    /// Others can read the key.
    #[error("key `{}` has mode {mode:04o}: others can read it", path.display())]
    Readable {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It holds no key.
    #[error("`{place}` holds no key as `preview keygen` writes it: {problem}")]
    Broken {
        /// The file or the variable.
        place: String,
        /// What is wrong with it; it never shows the key.
        problem: String,
    },
    /// The key's time is over.
    #[error("the key in `{place}` ended on {ended}")]
    Expired {
        /// The file or the variable.
        place: String,
        /// When: RFC 3339.
        ended: String,
    },
    /// The edge does not verify with it.
    #[error("the edge does not know the key in `{place}`: its public half is {public_key}")]
    NotTrusted {
        /// The file or the variable.
        place: String,
        /// The public half.
        public_key: String,
    },
    /// A QR code has no room for the link.
    #[error("a link of {0} characters is too long for a QR code")]
    TooLongForQr(usize),
    /// No key can be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl PreviewError {
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::NoKey(_) => Exit::Usage,
            Self::Off
            | Self::Read { .. }
            | Self::Write { .. }
            | Self::Exists(_)
            | Self::Readable { .. }
            | Self::Broken { .. }
            | Self::Expired { .. }
            | Self::NotTrusted { .. }
            | Self::TooLongForQr(_)
            | Self::NoRandomness(_) => Exit::Failed,
        }
    }

    /// The way out, for the line below the error.
    pub(crate) fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Off => "set `policy = \"signed\"` in [override], and package anew",
            Self::NoKey(_) => "`edgeswitch preview keygen` makes one, `--key` names another file",
            Self::Exists(_) => "`--key` names another file; two keys may be valid at a time",
            Self::Readable { path, .. } => return Some(format!("chmod 600 {}", path.display())),
            Self::Broken { .. } | Self::Expired { .. } => {
                "`edgeswitch preview keygen --key FILE` makes another; its public half goes into [override] public_keys"
            }
            Self::NotTrusted { .. } => {
                "add it to `public_keys` in [override], at most two, and package anew"
            }
            Self::TooLongForQr(_) => "use a shorter path, or leave `--qr` out",
            Self::Read { .. } => "is it a file, and may you read it?",
            Self::Write { .. } => "is its folder there, and may you write to it?",
            Self::NoRandomness(_) => return None,
        };
        Some(hint.into())
    }
}
