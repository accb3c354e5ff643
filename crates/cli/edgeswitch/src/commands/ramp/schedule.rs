use std::time::Duration;

use plan_change::Share;

/// The steps of a ramp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The shares of the release, each larger than the one before.
    pub steps: Vec<Share>,
    /// The time between two steps.
    pub every: Duration,
}

impl Schedule {
    /// Parses a name in the style of CodeDeploy (page `deployment-configurations` of its guide): `all-at-once`,
    /// `canary-10-percent-5-minutes`, `linear-10-percent-every-1-minute`.
    pub(crate) fn parse(name: &str) -> Result<Self, String> {
        by_name(name).ok_or_else(|| {
            format!(
                "invalid schedule `{name}`: expected `all-at-once`, `canary-10-percent-5-minutes` or \
                 `linear-10-percent-every-1-minute`, also with other numbers"
            )
        })
    }
}

fn by_name(name: &str) -> Option<Schedule> {
    let parts: Vec<&str> = name.split('-').collect();
    match parts.as_slice() {
        ["all", "at", "once"] => Some(Schedule { steps: vec![Share::ALL], every: minutes("1")? }),
        ["canary", share, "percent", every, "minute" | "minutes"] => {
            let first = partial(share)?;
            Some(Schedule { steps: vec![first, Share::ALL], every: minutes(every)? })
        }
        ["linear", share, "percent", "every", every, "minute" | "minutes"] => {
            Some(Schedule { steps: linear(partial(share)?)?, every: minutes(every)? })
        }
        _ => None,
    }
}

/// Equal steps. The last one ends at 100 % and may be smaller.
fn linear(step: Share) -> Option<Vec<Share>> {
    let count = (100.0 / step.percent()).ceil() as u32;
    let share =
        |index: u32| Share::from_percent((f64::from(index) * step.percent()).min(100.0)).ok();
    (1..=count).map(share).collect()
}

/// A share in whole percent, below 100 %.
fn partial(text: &str) -> Option<Share> {
    let percent = text.parse::<u8>().ok().filter(|percent| *percent < 100)?;
    Share::from_percent(percent.into()).ok()
}

/// A number of minutes, at least one.
fn minutes(text: &str) -> Option<Duration> {
    let minutes = text.parse::<u32>().ok().filter(|minutes| *minutes > 0)?;
    Some(Duration::from_secs(60 * u64::from(minutes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_have_the_names_that_codedeploy_gives_them() {
        type Row = (&'static str, Option<(&'static [f64], u64)>);
        let table: [Row; 11] = [
            ("all-at-once", Some((&[100.0], 1))),
            ("canary-10-percent-5-minutes", Some((&[10.0, 100.0], 5))),
            ("canary-1-percent-1-minute", Some((&[1.0, 100.0], 1))),
            ("linear-25-percent-every-3-minutes", Some((&[25.0, 50.0, 75.0, 100.0], 3))),
            ("linear-40-percent-every-1-minute", Some((&[40.0, 80.0, 100.0], 1))),
            ("canary-100-percent-5-minutes", None),
            ("canary-0-percent-5-minutes", None),
            ("linear-10-percent-every-0-minutes", None),
            ("linear-10-percent-5-minutes", None),
            ("ECSAllAtOnce", None),
            ("", None),
        ];
        for (name, expected) in table {
            let schedule = Schedule::parse(name).ok();
            let expected = expected.map(|(steps, minutes)| Schedule {
                steps: steps.iter().map(|step| Share::from_percent(*step).unwrap()).collect(),
                every: Duration::from_secs(60 * minutes),
            });
            assert_eq!(schedule, expected, "{name}");
        }
    }
}
