//! `kill -9`, a lost answer and a missing permission at each call to a load balancer or to Route 53. The next run says
//! where it stands and finishes.

use std::time::Duration;

use testkit::{Call, Fault, Gateway, Tools};

use crate::aws::trouble::at_once;
use crate::followers::site::{KINDS, Kind, Site, Upstream};

/// More than enough until a command makes a call.
const LONGEST: Duration = Duration::from_secs(60);

/// A command that moves followers.
#[derive(Debug, Clone, Copy)]
struct Mover {
    name: &'static str,
    before: Option<&'static str>,
    line: &'static str,
    /// The shares of blue and green afterwards.
    after: [u32; 2],
}

const MOVERS: [Mover; 4] = [
    Mover {
        name: "follow",
        before: Some("promote 9f2c1e7 --now --no-wait -y"),
        line: "follow -y",
        after: [0, 100],
    },
    Mover { name: "promote", before: None, line: "promote 9f2c1e7 --now -y", after: [0, 100] },
    Mover { name: "canary", before: None, line: "canary 9f2c1e7 --weight 10 -y", after: [90, 10] },
    Mover {
        name: "rollback",
        before: Some("promote 9f2c1e7 --now -y"),
        line: "rollback -y",
        after: [100, 0],
    },
];

/// A gateway in front of each service.
struct Gateways {
    /// The first part of the names of the sites.
    name: &'static str,
    of: Vec<(Kind, Gateway, Upstream)>,
}

impl Gateways {
    fn start(name: &'static str) -> Self {
        let start = |kind| {
            let upstream = Upstream::of(kind, name);
            let gateway = Gateway::start(&Tools::find().unwrap(), &upstream.endpoint).unwrap();
            (kind, gateway, upstream)
        };
        Self { name, of: KINDS.map(start).into() }
    }

    fn of(&self, kind: Kind) -> &Gateway {
        &self.of.iter().find(|(known, ..)| *known == kind).unwrap().1
    }

    /// A site behind the gateway, right before the command.
    fn site(&self, kind: Kind, mover: &Mover, name: &str) -> Site {
        let site =
            Site::open(kind, format!("{}-{name}", self.name)).through(self.of(kind).endpoint());
        if let Some(line) = mover.before {
            site.shop.expect(line, 0, "");
        }
        self.of(kind).set_faults(site.key, Vec::new());
        site
    }

    /// The calls that a command makes to the service, each with the number of earlier calls of the same operation.
    /// `make soak` has all of them, and other runs the first and the last of each operation.
    fn calls(&self, kind: Kind, mover: &Mover) -> Vec<(String, usize)> {
        let name = format!("{}-{}", mover.name, kind.service().split_at(3).0);
        let site = self.site(kind, mover, &name);
        site.shop.expect(mover.line, 0, "");
        site.check(mover.name, mover.after);
        let operations = self.of(kind).calls(site.key);
        let operations: Vec<String> =
            operations.into_iter().map(|Call { operation, .. }| operation).collect();
        let count =
            |of: &[String], operation: &String| of.iter().filter(|one| *one == operation).count();
        let numbered = operations.iter().enumerate().map(|(index, operation)| {
            let (before, whole) =
                (count(&operations[..index], operation), count(&operations, operation));
            (operation.clone(), before, whole)
        });
        let is_soak = std::env::var_os("EDGESWITCH_SOAK").is_some();
        let rows =
            numbered.filter(|(_, before, whole)| is_soak || *before == 0 || before + 1 == *whole);
        rows.map(|(operation, before, _)| (operation, before)).collect()
    }

    /// A row for each command, kind of follower and call.
    fn rows(&self) -> Vec<(Mover, Kind, String, usize)> {
        let pairs = KINDS.into_iter().flat_map(|kind| MOVERS.map(|mover| (mover, kind)));
        let rows = pairs.flat_map(|(mover, kind)| {
            let calls = self.calls(kind, &mover);
            let [_, write] = kind.operations();
            assert!(calls.iter().any(|(operation, _)| operation == write), "{mover:?}: {calls:?}");
            calls.into_iter().map(move |(operation, number)| (mover, kind, operation, number))
        });
        rows.collect()
    }
}

/// Runs the rows four at a time.
fn in_fours<T: Send>(rows: impl IntoIterator<Item = T>, row: impl Fn(T) + Sync) {
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        at_once(rows.by_ref().take(4), &row);
    }
}

/// The state is said, and one command finishes.
fn finish(site: &Site, case: &str, after: [u32; 2]) {
    let status = site.shop.run("status");
    let is_said =
        ["behind the plan", "in line with the plan"].map(|words| status.out.contains(words));
    assert!(
        status.code != Some(1) && is_said != [false, false],
        "{case}: {}{}",
        status.out,
        status.err
    );
    let is_there = is_said == [false, true];
    site.shop.expect("follow -y", 0, if is_there { "in line with the plan" } else { "written" });
    site.check(case, after);
    site.shop.expect("follow", 0, "in line with the plan");
}

#[test]
#[ignore = "needs `make setup`"]
fn a_command_that_is_killed_after_any_call_is_finished_by_the_next() {
    let gateways = Gateways::start("kill");
    let rows = gateways.rows().into_iter().enumerate();
    in_fours(rows, |(index, (mover, kind, operation, number))| {
        let case = format!("{} killed after {operation} {number}", mover.name);
        let site = gateways.site(kind, &mover, &index.to_string());
        let held = gateways.of(kind).hold(site.key, &operation, number);
        let running = site.shop.start(mover.line);
        held.recv_timeout(LONGEST).unwrap_or_else(|_| panic!("{case}"));
        running.kill();
        finish(&site, &case, mover.after);
    });
}

/// The same command again finishes, too, although the plan has the change already.
#[test]
#[ignore = "needs `make setup`"]
fn a_killed_command_can_be_repeated() {
    let gateways = Gateways::start("again");
    let pairs = KINDS.into_iter().flat_map(|kind| MOVERS.map(|mover| (mover, kind)));
    in_fours(pairs.enumerate(), |(index, (mover, kind))| {
        let [read, _] = kind.operations();
        let site = gateways.site(kind, &mover, &index.to_string());
        let held = gateways.of(kind).hold(site.key, read, 0);
        let running = site.shop.start(mover.line);
        held.recv_timeout(LONGEST).unwrap_or_else(|_| panic!("{mover:?}"));
        running.kill();
        let ran = site.shop.run(mover.line);
        // A rollback that the plan has already is refused: repeated without care it would go too far back.
        let code = if mover.name == "rollback" { 1 } else { 0 };
        assert_eq!(ran.code, Some(code), "{mover:?}: {}{}", ran.out, ran.err);
        site.check(mover.name, mover.after);
    });
}

#[test]
#[ignore = "needs `make setup`"]
fn a_lost_answer_does_not_stop_a_command() {
    let gateways = Gateways::start("lose");
    let rows = gateways.rows().into_iter().enumerate();
    in_fours(rows, |(index, (mover, kind, operation, number))| {
        let case = format!("{} without the answer to {operation} {number}", mover.name);
        let site = gateways.site(kind, &mover, &index.to_string());
        gateways.of(kind).set_faults(site.key, vec![Fault::Lose(operation, number)]);
        let ran = site.shop.run(mover.line);
        assert_eq!(ran.code, Some(0), "{case}: {}{}", ran.out, ran.err);
        site.check(&case, mover.after);
        site.shop.expect("follow", 0, "in line with the plan");
    });
}

/// Without the right for any one call, the error names it once. With the right, one command finishes.
#[test]
#[ignore = "needs `make setup`"]
fn a_missing_permission_is_named_and_the_next_run_goes_on() {
    let gateways = Gateways::start("deny");
    let rows = gateways.rows().into_iter().filter(|(_, _, _, number)| *number == 0).enumerate();
    in_fours(rows, |(index, (mover, kind, operation, _))| {
        let case = format!("{} without {operation}", mover.name);
        let site = gateways.site(kind, &mover, &index.to_string());
        let before = site.weights();
        let refuse = Fault::Refuse(kind.service().into(), operation.clone());
        gateways.of(kind).set_faults(site.key, vec![refuse]);
        let ran = site.shop.run(mover.line);
        ran.check(&case, 1, "AccessDenied");
        assert_eq!(ran.err.matches("AccessDenied").count(), 1, "{case}: {}", ran.err);
        assert!(ran.err.contains("\nhint: "), "{case}: {}", ran.err);
        let is_plan_said = mover.name == "follow" || ran.err.contains("the plan is written");
        assert!(is_plan_said, "{case}: {}", ran.err);
        assert_eq!(site.weights(), before, "{case}");
        gateways.of(kind).set_faults(site.key, Vec::new());
        finish(&site, &case, mover.after);
    });
}
