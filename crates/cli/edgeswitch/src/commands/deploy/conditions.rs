use std::fmt;

/// Under which conditions a version was tested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Conditions {
    /// Whether there was a plan to read.
    pub(crate) has_plan: bool,
    /// The hash of the role's settings.
    pub(crate) role: String,
}

/// Why a version is tested again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// It was tested when there was no plan.
    NoPlan,
    /// It was tested with other rights of the role.
    Role,
}

impl Conditions {
    /// The text of the tag. A tag's value has no comma.
    pub(crate) fn text(&self) -> String {
        let plan = if self.has_plan { "plan" } else { "no-plan" };
        format!("{plan} role:{}", self.role)
    }

    /// Reads the tag. A tag that is missing or unknown is a test without a plan and a role.
    pub(crate) fn read(text: &str) -> Self {
        let (plan, role) = text.split_once(" role:").unwrap_or_default();
        Self { has_plan: plan == "plan", role: role.to_owned() }
    }

    /// Why a test under these conditions does not count any more; `None` if it does.
    pub(crate) fn outdated(&self, now: &Self) -> Option<Again> {
        if self.role != now.role {
            Some(Again::Role)
        } else if now.has_plan && !self.has_plan {
            Some(Again::NoPlan)
        } else {
            None
        }
    }
}

impl fmt::Display for Again {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoPlan => "it was tested when there was no plan",
            Self::Role => "its role was another one when it was tested",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Again, Conditions};

    fn conditions(has_plan: bool, role: &str) -> Conditions {
        Conditions { has_plan, role: role.into() }
    }

    #[test]
    fn a_test_counts_while_its_conditions_hold() {
        let rows = [
            (conditions(true, "a"), conditions(true, "a"), None),
            (conditions(true, "a"), conditions(false, "a"), None),
            (conditions(false, "a"), conditions(false, "a"), None),
            (conditions(false, "a"), conditions(true, "a"), Some(Again::NoPlan)),
            (conditions(true, "a"), conditions(true, "b"), Some(Again::Role)),
        ];
        for (tested, now, expected) in rows {
            assert_eq!(Conditions::read(&tested.text()), tested);
            assert_eq!(tested.outdated(&now), expected, "{tested:?} {now:?}");
        }
        assert_eq!(Conditions::read("").outdated(&conditions(false, "a")), Some(Again::Role));
    }
}
