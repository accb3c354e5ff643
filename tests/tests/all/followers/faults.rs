//! Throttling, errors and lost answers of ELB and Route 53: trouble that passes is overcome, and trouble that lasts is
//! said. Nothing is written twice.

use serde_json::{Value, json};
use testkit::{Microburst, Tools};

use crate::aws::trouble::at_once;
use crate::followers::site::{KINDS, Kind, Site, Upstream};

/// A proxy that injects faults in front of each service.
struct Troubles(Vec<(Kind, Microburst, Upstream)>);

impl Troubles {
    fn start(name: &str) -> Self {
        let start = |kind| {
            let upstream = Upstream::of(kind, name);
            let proxy = Microburst::start(&Tools::find().unwrap(), &upstream.endpoint).unwrap();
            (kind, proxy, upstream)
        };
        Self(KINDS.map(start).into())
    }

    /// A site whose calls of `operation` meet the fault, after the plan was changed without its followers.
    fn befall(&self, kind: Kind, name: &str, operation: &str, mut fault: Value) -> (Site, u64) {
        let (_, proxy, _) = self.0.iter().find(|(known, ..)| *known == kind).unwrap();
        let site = Site::open(kind, name);
        site.shop.expect("promote 9f2c1e7 --now --no-wait -y", 0, "revision 3 of");
        let key = format!("Credential={}/", site.key);
        fault["service"] = match kind {
            Kind::Balancer => "elbv2".into(),
            Kind::Records => "route53".into(),
        };
        fault["headers"] = json!({ "authorization": key });
        if operation == "ChangeResourceRecordSets" {
            // microburst knows it by another path than the SDK's. Only a write has a body.
            fault["headers"]["content-type"] = "xml".into();
        } else {
            fault["operation"] = operation.into();
        }
        let rule = proxy.add(&fault).unwrap();
        (site.through(proxy.endpoint()), rule)
    }

    fn fired(&self, kind: Kind, rule: u64) -> usize {
        let (_, proxy, _) = self.0.iter().find(|(known, ..)| *known == kind).unwrap();
        proxy.fired(rule).unwrap()
    }
}

fn error(times: usize, code: &str) -> Value {
    json!({ "times": times, "error": { "code": code } })
}

#[test]
#[ignore = "needs `make setup`"]
fn passing_trouble_is_overcome() {
    let troubles = Troubles::start("passing-followers");
    let faults = |read, write| {
        [
            ("throttled-read", read, error(2, "Throttling")),
            ("broken-read", read, error(2, "InternalFailure")),
            ("throttled-write", write, error(2, "Throttling")),
            // More often than the SDK tries.
            ("busy-write", write, error(4, "Throttling")),
            ("broken-write", write, error(4, "InternalFailure")),
            ("reset-write", write, json!({ "times": 4, "reset": true })),
            ("lost-answer", write, json!({ "times": 1, "response": { "abort_bytes": 0 } })),
            ("lost-answers", write, json!({ "response": { "abort_bytes": 0 } })),
        ]
    };
    for kind in KINDS {
        let [read, write] = kind.operations();
        let mut rows = faults(read, write).to_vec();
        if kind == Kind::Records {
            // Another change of the hosted zone is in progress.
            rows.push(("prior-write", write, error(4, "PriorRequestNotComplete")));
        }
        at_once(rows, |(name, operation, fault)| {
            let (site, rule) =
                troubles.befall(kind, &format!("{name}-{}", kind as u8), operation, fault);
            site.shop.expect("follow -y", 0, "green 100 %, written");
            assert!(troubles.fired(kind, rule) > 0, "{name}");
            site.check(name, [0, 100]);
            site.shop.expect("follow", 0, "in line with the plan");
        });
    }
}

#[test]
#[ignore = "needs `make setup`"]
fn trouble_that_lasts_is_said_once_and_nothing_is_reported_as_done() {
    let troubles = Troubles::start("lasting-followers");
    let always = |code: &str| json!({ "error": { "code": code } });
    for kind in KINDS {
        let [read, write] = kind.operations();
        let rows = [
            ("read-throttled", read, always("Throttling"), "Throttling"),
            ("read-denied", read, always("AccessDenied"), "AccessDenied"),
            ("write-throttled", write, always("Throttling"), "Throttling"),
            ("write-denied", write, always("AccessDenied"), "AccessDenied"),
            ("write-reset", write, json!({ "reset": true }), "follower `"),
        ];
        at_once(rows, |(name, operation, fault, words)| {
            let (site, _) =
                troubles.befall(kind, &format!("{name}-{}", kind as u8), operation, fault);
            let ran = site.shop.run("follow -y");
            ran.check(name, 1, words);
            let errors = ran.err.lines().filter(|line| line.contains(words)).count();
            assert!(errors == 1 && ran.err.contains("\nhint: "), "{name}: {}", ran.err);
            assert!(!ran.out.contains("written"), "{name}: {}", ran.out);
            site.check(name, [100, 0]);
        });
    }
}
