//! A thousand random plans on the local load balancer, through AWS's SDK: the weights are exact, and nothing else is
//! touched.

use std::sync::{Arc, RwLock};

use alb_sim::{Balancer, Condition, Forward, Target, WeightedGroup, api};
use edge_config::{LoadBalancer, Place, Stickiness};
use edge_time::{SystemClock, Timestamp};
use edgeswitch::{Account, Cloud};
use followers::{Problem, Shares, Standing, compare_balancer};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use routing_core::{Plan, PlanParts, Release, ReleaseId, StageParts};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

const REGION: &str = "eu-central-1";
/// Target groups of the action: the first ones belong to slots, the last ones to somebody else.
const GROUPS: usize = 5;

/// A plan, and the state that it meets.
#[derive(Debug, Clone)]
struct Case {
    /// The slot and the weight of each release.
    releases: Vec<(usize, u32)>,
    slots: usize,
    /// The weights that the action has.
    found: [u32; GROUPS],
    sticky: Option<u32>,
    told: Option<u32>,
    delay: Option<u32>,
    is_rule: bool,
}

fn cases() -> impl Strategy<Value = Case> {
    let releases = prop::collection::vec((0..GROUPS, 0..1000_u32), 1..6);
    let seconds = || prop::option::of(1..604_800_u32);
    let found = prop::array::uniform5(0..1000_u32);
    let rest =
        (1..=GROUPS, found, seconds(), seconds(), prop::option::of(0..=3600_u32), any::<bool>());
    (releases, rest).prop_map(|(releases, (slots, found, sticky, told, delay, is_rule))| {
        let mut releases: Vec<_> =
            releases.into_iter().map(|(slot, weight)| (slot % slots, weight)).collect();
        if releases.iter().all(|(_, weight)| *weight == 0) {
            releases[0].1 = 1;
        }
        Case { releases, slots, found, sticky, told, delay, is_rule }
    })
}

impl Case {
    fn plan(&self) -> Plan {
        let id = |index: usize| format!("r{index}");
        let release = |(index, (slot, _)): (usize, &(usize, u32))| Release {
            id: ReleaseId::parse(&id(index)).unwrap(),
            prefix: format!("/{index}"),
            origins: Vec::new(),
            slot: Some(format!("s{slot}")),
            served_until: None,
        };
        let weights = self.releases.iter().enumerate();
        let weights = weights.map(|(index, (_, weight))| (id(index), *weight)).collect();
        let parts = PlanParts {
            revision: 1,
            releases: self.releases.iter().enumerate().map(release).collect(),
            rollout: "1".into(),
            stages: vec![StageParts { from: Timestamp(0), weights }],
            lease: None,
            withdrawn: Vec::new(),
        };
        Plan::try_new(parts).unwrap()
    }

    /// The traffic of each slot by the plan.
    fn wanted(&self) -> Vec<u32> {
        let of = |slot| self.releases.iter().filter(move |(known, _)| *known == slot);
        (0..self.slots).map(|slot| of(slot).map(|(_, weight)| weight).sum()).collect()
    }

    /// The load balancer, and the follower of it.
    fn balancer(&self) -> (Balancer, LoadBalancer) {
        let mut balancer = Balancer::new("shop", REGION);
        let groups: Vec<String> = (0..GROUPS)
            .map(|group| {
                let address = ([10, 0, u8::try_from(group).unwrap(), 1], 80).into();
                balancer.add_group(&format!("g{group}"), vec![Target::healthy(address)]).unwrap()
            })
            .collect();
        // A group of somebody else has no weight.
        let weight = |group: usize| if group < self.slots { self.found[group] } else { 0 };
        let tuples = groups.iter().enumerate();
        let tuples =
            tuples.map(|(group, arn)| WeightedGroup { arn: arn.clone(), weight: weight(group) });
        let forward = Forward::try_new(tuples.collect(), self.sticky).unwrap();
        let other = Forward::to(&groups[GROUPS - 1]);
        let (of_listener, of_rule) =
            if self.is_rule { (other.clone(), forward) } else { (forward, other.clone()) };
        let listener = balancer.add_listener(80, of_listener).unwrap();
        let path = |path: &str| vec![Condition::PathPattern(vec![path.into()])];
        let rule = balancer.add_rule(&listener, 10, path("/api/*"), of_rule).unwrap();
        balancer.add_rule(&listener, 20, path("/old/*"), other).unwrap();
        let place = if self.is_rule { Place::Rule(rule) } else { Place::Listener(listener) };
        let named = groups.into_iter().take(self.slots).enumerate();
        let follower = LoadBalancer {
            place,
            target_groups: named.map(|(slot, arn)| (format!("s{slot}"), arn)).collect(),
            stickiness: self.told.map(Stickiness::Seconds),
            deregistration_delay: self.delay,
        };
        (balancer, follower)
    }
}

/// The forward action that the follower names.
fn action(balancer: &Balancer, follower: &LoadBalancer) -> Forward {
    match &follower.place {
        Place::Rule(arn) => balancer.rule(arn).unwrap().forward().clone(),
        Place::Listener(arn) => balancer.listener(arn).unwrap().default_action().clone(),
    }
}

fn set_action(balancer: &mut Balancer, follower: &LoadBalancer, forward: Forward) {
    match &follower.place {
        Place::Rule(arn) => drop(balancer.modify_rule(arn, None, Some(forward)).unwrap().clone()),
        Place::Listener(arn) => drop(balancer.modify_listener(arn, forward).unwrap().clone()),
    }
}

/// Moves the follower as a command does. Returns whether it can have the shares.
async fn follow(account: &Account, follower: &LoadBalancer, shares: &Shares) -> bool {
    let balancer = account.balancer(follower);
    for round in 0..2 {
        let observed = balancer.read().await.unwrap();
        let update = match compare_balancer(follower, shares, &observed, &[]) {
            Ok(Standing::InLine) => return true,
            Ok(Standing::Behind(update) | Standing::Drifted(update)) => update,
            Err(Problem::TooSmall { .. }) => return false,
            Err(problem) => panic!("{problem}"),
        };
        assert_eq!(round, 0, "one write is enough: {:?}", update.differences);
        if let Some(forward) = &update.forward {
            balancer.forward(forward).await.unwrap();
        }
        for (group, seconds) in &update.delays {
            balancer.delay(group, *seconds).await.unwrap();
        }
    }
    panic!("it still differs");
}

/// The weights of the slots are the plan's: exact if they can be, else each is less than one weight off.
fn check_weights(case: &Case, forward: &Forward) {
    let wanted = case.wanted();
    let got: Vec<u32> = forward.groups().iter().map(|group| group.weight).collect();
    let (got, others) = got.split_at(case.slots);
    assert!(others.iter().all(|weight| *weight == 0), "{others:?}");
    let sum = |weights: &[u32]| weights.iter().copied().map(u64::from).sum::<u64>();
    let (all, of_all) = (sum(&wanted), sum(got));
    let is_exact = wanted.iter().all(|weight| *weight <= alb_sim::MAX_WEIGHT);
    for (got, wanted) in got.iter().zip(&wanted) {
        let (left, right) = (u64::from(*got) * all, u64::from(*wanted) * of_all);
        let allowed = if is_exact { 0 } else { all };
        assert!(left.abs_diff(right) <= allowed, "{got} for {wanted} of {all}");
    }
}

#[test]
fn a_thousand_random_plans() {
    let runtime = Runtime::new().unwrap();
    let shared = Arc::new(RwLock::new(Balancer::new("shop", REGION)));
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let account = Account::local(&format!("http://{}", listener.local_addr().unwrap()));
    let router = api(Arc::clone(&shared), Arc::new(SystemClock));
    runtime.spawn(async move { axum::serve(listener, router).await });
    let config = Config { cases: 1000, failure_persistence: None, ..Config::default() };
    let run = |case: Case| {
        let (before, follower) = case.balancer();
        *shared.write().unwrap() = before.clone();
        let shares = Shares::at(&case.plan(), Timestamp(1)).unwrap();
        let is_there = runtime.block_on(follow(&account, &follower, &shares));
        let mut after = shared.read().unwrap().clone();
        if is_there {
            let forward = action(&after, &follower);
            check_weights(&case, &forward);
            assert_eq!(forward.stickiness(), case.told.or(case.sticky));
            for (_, group) in &follower.target_groups {
                let delay = after.group(group).unwrap().deregistration_delay();
                assert_eq!(delay, case.delay.unwrap_or(300));
                after.set_deregistration_delay(group, 300).unwrap();
            }
            set_action(&mut after, &follower, action(&before, &follower));
        }
        assert_eq!(format!("{after:?}"), format!("{before:?}"), "nothing else is touched");
        Ok(())
    };
    TestRunner::new(config).run(&cases(), run).unwrap();
}
