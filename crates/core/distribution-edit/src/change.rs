use std::fmt;

use serde::Serialize;

use crate::arn::short;
use crate::managed::policy;

/// One difference between two configurations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Change {
    OriginAdded {
        origin: String,
        domain: String,
        headers: Vec<String>,
    },
    OriginRemoved {
        origin: String,
    },
    OriginGroupAdded {
        group: String,
        members: Vec<String>,
        codes: Vec<String>,
    },
    OriginGroupRemoved {
        group: String,
    },
    /// `before` is the pattern of the next behavior: CloudFront takes the first that matches.
    BehaviorAdded {
        behavior: String,
        target: String,
        before: Option<String>,
    },
    BehaviorRemoved {
        behavior: String,
    },
    Target {
        behavior: String,
        from: String,
        to: String,
    },
    Function {
        behavior: String,
        event: String,
        from: Option<String>,
        to: Option<String>,
    },
    CachePolicy {
        behavior: String,
        from: Option<String>,
        to: Option<String>,
    },
    OriginRequestPolicy {
        behavior: String,
        from: Option<String>,
        to: Option<String>,
    },
}

/// The part of a configuration that a change is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place<'a> {
    Distribution,
    Behavior(&'a str),
}

impl Change {
    #[must_use]
    pub fn place(&self) -> Place<'_> {
        match self {
            Self::OriginAdded { .. }
            | Self::OriginRemoved { .. }
            | Self::OriginGroupAdded { .. }
            | Self::OriginGroupRemoved { .. } => Place::Distribution,
            Self::BehaviorAdded { behavior, .. }
            | Self::BehaviorRemoved { behavior }
            | Self::Target { behavior, .. }
            | Self::Function { behavior, .. }
            | Self::CachePolicy { behavior, .. }
            | Self::OriginRequestPolicy { behavior, .. } => Place::Behavior(behavior),
        }
    }
}

/// The change in words, without its place.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OriginAdded { origin, domain, headers } => {
                write!(f, "new origin `{origin}`: {domain}")?;
                if !headers.is_empty() {
                    write!(f, ", with the header `{}`", headers.join("`, `"))?;
                }
                Ok(())
            }
            Self::OriginRemoved { origin } => write!(f, "remove origin `{origin}`"),
            Self::OriginGroupAdded { group, members, codes } => write!(
                f,
                "new origin group `{group}`: {} on {}",
                members.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", then "),
                codes.join(" and ")
            ),
            Self::OriginGroupRemoved { group } => write!(f, "remove origin group `{group}`"),
            Self::BehaviorAdded { target, before, .. } => {
                write!(f, "new behaviour for `{target}`")?;
                before.as_ref().map_or(Ok(()), |next| write!(f, ", before `{next}`"))
            }
            Self::BehaviorRemoved { .. } => f.write_str("remove the behaviour"),
            Self::Target { from, to, .. } => write!(f, "target: `{from}` -> `{to}`"),
            Self::Function { event, from, to, .. } => {
                let name = |arn: &String| short(arn).to_owned();
                write!(f, "{event}: {}", from_to(from, to, name))
            }
            Self::CachePolicy { from, to, .. } => {
                write!(f, "cache policy: {}", from_to(from, to, |id| policy(id)))
            }
            Self::OriginRequestPolicy { from, to, .. } => {
                write!(f, "origin request policy: {}", from_to(from, to, |id| policy(id)))
            }
        }
    }
}

fn from_to(
    from: &Option<String>,
    to: &Option<String>,
    words: impl Fn(&String) -> String,
) -> String {
    let side = |value: &Option<String>| value.as_ref().map_or_else(|| "none".into(), &words);
    format!("{} -> {}", side(from), side(to))
}
