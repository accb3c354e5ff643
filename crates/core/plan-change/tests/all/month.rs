//! A month of a team that deploys three times in each working hour.

use std::collections::HashMap;
use std::time::Duration;

use plan_change::{Change, Context, Document, NewRelease, idle_slot};
use plan_format::{MAX_PLAN_BYTES, PrefixTemplate, ReleaseDefaults, Slot};

use crate::support::{TEN, World, canary, id, later, promote, rollback};

const DEPLOYMENTS: u64 = 500;
const PER_DAY: u64 = 24;
const DAY: u64 = 86_400;

fn defaults() -> ReleaseDefaults {
    let slot = |name: &str| Slot {
        name: name.into(),
        origins: vec![("api".into(), format!("{name}-alb.example.com"))],
    };
    ReleaseDefaults {
        prefix_template: PrefixTemplate::parse("/releases/{release}").unwrap(),
        slots: vec![slot("blue"), slot("green")],
    }
}

/// The start of a commit's hash.
fn commit(number: u64, digits: usize) -> String {
    format!("{number:0digits$x}")
}

/// The releases that had weight, each with the time when it last had.
#[derive(Default)]
struct Viewers(HashMap<String, edge_time::Timestamp>);

impl Viewers {
    /// Notes who has what until now, and checks that nobody's release is gone.
    fn check(&mut self, world: &World) {
        let now = world.context.now;
        for share in world.summary().traffic {
            self.0.insert(share.release, now);
        }
        let held = self.0.iter().filter(|(_, until)| world.context.drained(**until) > now);
        for (release, until) in held {
            assert!(world.plan().servable(release).is_some(), "{release}, served until {until}");
        }
        assert!(world.document.text().len() <= MAX_PLAN_BYTES);
    }
}

#[test]
fn five_hundred_deployments_in_a_month_are_never_refused() {
    let table = [
        ("whole hashes, a cookie of a day", 40, DAY),
        ("the start of a hash, a cookie of a week", 12, 7 * DAY),
    ];
    for (name, digits, cookie_max_age) in table {
        let pruned = deploy_for_a_month(digits, Duration::from_secs(cookie_max_age));
        assert!(pruned > 0, "{name}: nothing was pruned");
    }
}

/// Returns how often releases were pruned.
fn deploy_for_a_month(digits: usize, cookie_max_age: Duration) -> usize {
    let defaults = defaults();
    let first = commit(0, digits);
    let first = format!(
        r#"{{"schema":1,"revision":1,"releases":{{"{first}":{{"slot":"blue"}}}},"rollout":"r1","stages":[{{"from":"2026-11-22T09:00:00Z","weights":[["{first}",100]]}}]}}"#
    );
    let document = Document::parse(&first, &defaults).unwrap();
    let release_defaults = Some(defaults.clone());
    let context = Context { release_defaults, cookie_max_age, ..Context::new(TEN) };
    let mut world = World { document, context };
    let mut viewers = Viewers::default();
    let mut pruned = 0;
    for number in 1..=DEPLOYMENTS {
        let (day, place) = ((number - 1) / PER_DAY, (number - 1) % PER_DAY);
        let weekend = day / 5 * 2;
        world.context.now = later(TEN, (day + weekend) * DAY + place * 1200);
        let release = commit(number, digits);
        let slot = idle_slot(&world.document, &world.context, &id(&release)).unwrap();
        let origins = defaults.slot(&slot).unwrap().origins.clone();
        let new = NewRelease {
            id: id(&release),
            prefix: None,
            origins,
            slot: Some(slot),
            needs_idle_slot: true,
            keep: Some(5),
            needs: None,
        };
        let said = world.change(&Change::AddRelease(new));
        pruned +=
            said.iter().filter(|line| line.starts_with("will be removed from the plan")).count();
        viewers.check(&world);
        world.wait(60).change(&canary(&release, "10"));
        viewers.check(&world);
        world.wait(300);
        viewers.check(&world);
        let last = if number % 7 == 0 { rollback() } else { promote(&release) };
        world.change(&last);
        viewers.check(&world);
        world.wait(120);
        viewers.check(&world);
    }
    pruned
}
