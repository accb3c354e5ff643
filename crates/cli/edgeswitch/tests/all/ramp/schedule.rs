//! Ramps on virtual time: ten minutes pass as soon as nobody has anything to do.

use std::time::Duration;

use edgeswitch::Exit;
use plan_change::Progress;
use ssm_sim::{Extent, Fault};
use tokio::time::{sleep, timeout};

use crate::ramp::world::{Ran, World};

pub(crate) const RAMP: &str = "ramp 9f2c1e7 --steps 10,50,100 --every 10m -y";

pub(crate) async fn minutes(minutes: u64) {
    sleep(Duration::from_secs(60 * minutes)).await;
}

/// Runs a ramp and, beside it, what happens meanwhile.
pub(crate) async fn beside(world: &World, line: &str, meanwhile: impl Future<Output = ()>) -> Ran {
    let (ran, ()) = tokio::join!(world.run(line), meanwhile);
    ran
}

/// Runs a command that is killed after some time.
async fn killed_after(world: &World, line: &str, minutes: u64) {
    let ran = timeout(Duration::from_secs(60 * minutes), world.run(line)).await;
    assert!(ran.is_err(), "it ended by itself: {ran:?}");
}

#[tokio::test(start_paused = true)]
async fn a_ramp_goes_step_by_step_and_leaves_no_lease() {
    let world = World::new().await;
    let steps = async {
        let mut seen = Vec::new();
        for _ in 0..22 {
            seen.push(world.percent());
            minutes(1).await;
        }
        let (ten, fifty) = ([10.0; 10].as_slice(), [50.0; 10].as_slice());
        assert_eq!(seen, [&[0.0], ten, fifty, &[100.0]].concat());
    };
    let ran = beside(&world, RAMP, steps).await;
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    assert_eq!(ran.out, "9f2c1e7 has 100 % of the viewers, since 10:20:50 UTC\n");
    let expected = "\
no `bucket` is configured: the index document is not checked
10 % of new viewers will get 9f2c1e7 from 10:00:50 UTC on
50 % of new viewers will get 9f2c1e7 from 10:10:50 UTC on
everybody will get 9f2c1e7 from 10:20:50 UTC on
100 % of the viewers of 41ab03d will move to 9f2c1e7 at their next page load
viewers who got 9f2c1e7 in this rollout keep it, if they keep cookies
unless the lease is renewed, everybody gets 41ab03d from 10:06:45 UTC on
this command renews the lease: Ctrl-C asks what to do
9f2c1e7 has 0 % of the viewers, 10 % from 10:00:50 UTC
9f2c1e7 has 10 % of the viewers, 50 % from 10:10:50 UTC
9f2c1e7 has 50 % of the viewers, 100 % from 10:20:50 UTC
";
    assert_eq!(ran.err, expected);
    let summary = world.summary();
    assert_eq!((summary.progress, summary.lease), (Progress::Settled, None));
}

#[tokio::test(start_paused = true)]
async fn the_lease_is_renewed_in_time_and_not_more_often_than_needed() {
    let world = World::new().await;
    let watch = async {
        let (mut version, mut since, mut renewals) = (2, 0, 0);
        for second in 0..5400 {
            sleep(Duration::from_secs(1)).await;
            let lease = world.summary().lease.unwrap();
            assert!(lease.in_seconds > 90, "an edge location learns of it after 45 s: {lease:?}");
            let now = world.cloud.store.peek("/shop/plan").unwrap().version;
            if now > version {
                assert!(second - since >= 299, "version {now} only {} s later", second - since);
                (version, since, renewals) = (now, second, renewals + 1);
            }
        }
        assert_eq!(renewals, 17);
    };
    let ran = beside(&world, "ramp 9f2c1e7 --steps 1,5,10,25,50,100 --every 18m -y", watch).await;
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
}

const HALF: &str = "ramp 9f2c1e7 --steps 10,50 --every 10m -y";

#[tokio::test(start_paused = true)]
async fn after_the_last_step_the_lease_waits_for_a_promote_and_else_takes_traffic_back() {
    for is_promoted in [true, false] {
        let world = World::new().await;
        let ran = world.run(HALF).await;
        assert_eq!((ran.exit, world.percent()), (Exit::Done, 50.0), "{ran:?}");
        let way_on = "`edgeswitch promote 9f2c1e7` gives 9f2c1e7 everybody";
        assert!(ran.err.contains(way_on), "{ran:?}");
        assert!(ran.err.contains("unless the lease is renewed, everybody gets 41ab03d from"));
        assert!(world.summary().lease.unwrap().in_seconds > 400);
        if is_promoted {
            let promoted = world.run("promote 9f2c1e7 -y").await;
            assert_eq!(promoted.exit, Exit::Done, "{promoted:?}");
        }
        minutes(20).await;
        assert_eq!(world.percent(), if is_promoted { 100.0 } else { 0.0 });
    }
}

#[tokio::test(start_paused = true)]
async fn a_ramp_ends_as_it_was_told_to() {
    for (then, percent) in [("promote", 100.0), ("detach", 50.0)] {
        let world = World::new().await;
        let ran = world.run(&format!("{HALF} --bake 5m --then {then}")).await;
        assert_eq!((ran.exit, world.percent()), (Exit::Done, percent), "{ran:?}");
        assert_eq!(world.summary().lease, None);
        minutes(20).await;
        assert_eq!(world.percent(), percent, "{then}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_ramp_is_detached_by_another_command() {
    let world = World::new().await;
    killed_after(&world, RAMP, 5).await;
    let ran = world.run("ramp detach -y").await;
    assert_eq!((ran.exit, world.summary().lease), (Exit::Done, None), "{ran:?}");
    minutes(20).await;
    assert_eq!(world.percent(), 100.0);
}

#[tokio::test(start_paused = true)]
async fn a_ramp_whose_command_is_killed_falls_back_by_itself() {
    let world = World::new().await;
    killed_after(&world, RAMP, 5).await;
    assert_eq!(world.percent(), 10.0);
    let status = world.run("status").await;
    assert_eq!(status.exit, Exit::InProgress, "{status:?}");
    assert!(status.out.contains("lease      until 10:"), "{}", status.out);
    minutes(7).await;
    assert_eq!(world.percent(), 0.0);
    let status = world.run("status").await;
    assert_eq!(status.exit, Exit::Failed, "{status:?}");
    let late = world.run("ramp --resume").await;
    assert!(late.err.contains("error: no ramp is under way"), "{late:?}");
    let again = world.run(RAMP).await;
    assert_eq!(again.exit, Exit::Done, "{again:?}");
    assert_eq!(world.percent(), 100.0);
}

#[tokio::test(start_paused = true)]
async fn another_command_takes_a_ramp_over() {
    let world = World::new().await;
    killed_after(&world, RAMP, 5).await;
    let ran = world.run("ramp --resume").await;
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    assert_eq!(ran.out, "9f2c1e7 has 100 % of the viewers, since 10:20:50 UTC\n");
    assert_eq!(world.summary().progress, Progress::Settled);
}

#[tokio::test(start_paused = true)]
async fn a_ramp_waits_where_it_was_told_to() {
    let world = World::new().await;
    let resume = async {
        minutes(60).await;
        assert_eq!((world.percent(), world.summary().paused_steps), (10.0, 2));
        let resumed = world.run("ramp resume -y").await;
        assert_eq!(resumed.exit, Exit::Done, "{resumed:?}");
        minutes(1).await;
        assert_eq!(world.percent(), 50.0);
    };
    let ran = beside(&world, &format!("{RAMP} --pause-at 10"), resume).await;
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    assert!(ran.err.contains("paused: `edgeswitch ramp resume` goes on"), "{}", ran.err);
    assert_eq!(world.percent(), 100.0);
}

#[tokio::test(start_paused = true)]
async fn somebody_else_pauses_resumes_and_aborts() {
    let world = World::new().await;
    let others = async {
        minutes(5).await;
        assert_eq!(world.run("ramp pause -y").await.exit, Exit::Done);
        minutes(30).await;
        assert_eq!(world.percent(), 10.0);
        assert_eq!(world.run("ramp resume -y").await.exit, Exit::Done);
        minutes(5).await;
        assert_eq!(world.percent(), 50.0);
        assert_eq!(world.run("ramp abort -y").await.exit, Exit::Done);
    };
    let ran = beside(&world, RAMP, others).await;
    assert_eq!(ran.exit, Exit::Failed, "{ran:?}");
    let ended = "error: the ramp of `9f2c1e7` was ended: alice wrote version";
    assert!(ran.err.contains(ended) && ran.err.contains("(ramp abort)"), "{}", ran.err);
    assert_eq!(world.percent(), 0.0);
}

#[tokio::test(start_paused = true)]
async fn while_a_ramp_runs_no_other_change_of_traffic_is_made() {
    let world = World::new().await;
    killed_after(&world, RAMP, 1).await;
    for line in [RAMP, "promote 9f2c1e7 -y --no-wait", "canary 9f2c1e7 --weight 20 -y"] {
        let before = world.text();
        let ran = world.run(line).await;
        assert_eq!(ran.exit, Exit::Failed, "{line}: {ran:?}");
        assert!(ran.err.contains("hint: "), "{line}: {}", ran.err);
        assert_eq!(world.text(), before, "{line}");
    }
    let rollback = world.run("rollback -y").await;
    assert_eq!(rollback.exit, Exit::Done, "{rollback:?}");
}

#[tokio::test(start_paused = true)]
async fn a_ramp_that_is_finished_by_hand_ends_well() {
    let world = World::new().await;
    let finish = async {
        minutes(5).await;
        let promote = world.run("promote 9f2c1e7 -y --no-wait").await;
        let way_out = "a change in progress already gives `9f2c1e7` traffic\nhint: \
             give it all traffic now: `edgeswitch ramp finish`";
        assert!(promote.err.contains(way_out), "{promote:?}");
        let finish = world.run("ramp finish -y").await;
        assert_eq!(finish.exit, Exit::Done, "{finish:?}");
        let switched = "9f2c1e7 has all traffic at every edge location since 10:05:50 UTC";
        assert!(finish.err.contains(switched), "{finish:?}");
        assert_eq!(world.percent(), 100.0);
    };
    let ran = beside(&world, RAMP, finish).await;
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    assert_eq!(ran.out, "9f2c1e7 has 100 % of the viewers, since 10:05:50 UTC\n");
    let summary = world.summary();
    assert_eq!((summary.progress, summary.lease), (Progress::Settled, None));
    assert_eq!(world.run("rollback -y").await.exit, Exit::Done);
    assert_eq!(world.percent(), 0.0);
}

#[tokio::test(start_paused = true)]
async fn a_detached_ramp_needs_nobody() {
    let world = World::new().await;
    let ran = world.run("ramp 9f2c1e7 --preset canary-10-percent-5-minutes --detach -y").await;
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    assert_eq!(world.summary().lease, None);
    minutes(1).await;
    assert_eq!(world.percent(), 10.0);
    minutes(5).await;
    assert_eq!(world.percent(), 100.0);
}

#[tokio::test(start_paused = true)]
async fn an_outage_shorter_than_the_lease_is_survived() {
    let world = World::new().await;
    let outage = async {
        minutes(3).await;
        world.cloud.store.faults().reads.switch_on(Fault::Internal, Extent::All);
        sleep(Duration::from_secs(40)).await;
        world.cloud.store.faults().reads.clear();
    };
    let ran = beside(&world, RAMP, outage).await;
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    assert_eq!(world.percent(), 100.0);
}

#[tokio::test(start_paused = true)]
async fn an_outage_longer_than_the_lease_takes_traffic_back() {
    let world = World::new().await;
    let outage = async {
        minutes(3).await;
        world.cloud.store.faults().writes.switch_on(Fault::Throttled, Extent::All);
        minutes(8).await;
        world.cloud.store.faults().writes.clear();
        assert_eq!(world.percent(), 0.0);
    };
    let ran = beside(&world, RAMP, outage).await;
    assert_eq!(ran.exit, Exit::Failed, "{ran:?}");
    assert!(ran.err.contains(": trying again\n"), "{}", ran.err);
    assert!(ran.err.contains("and traffic went back"), "{}", ran.err);
}

#[tokio::test(start_paused = true)]
async fn a_canary_that_has_a_share_is_ramped_on() {
    let world = World::new().await;
    world.run("canary 9f2c1e7 --weight 10 -y").await;
    minutes(2).await;
    let ran = world.run("ramp 9f2c1e7 --steps 50,100 --every 5m -y").await;
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    assert_eq!(world.percent(), 100.0);
}

#[tokio::test(start_paused = true)]
async fn a_pipeline_rolls_back_what_is_not_rolled_back_yet() {
    let world = World::new().await;
    let from = "rollback --from 9f2c1e7 -y";
    let nothing = world.run(from).await;
    assert_eq!(nothing.exit, Exit::Done, "{nothing:?}");
    assert!(nothing.err.contains("9f2c1e7 has no traffic: there is nothing to take back"));
    killed_after(&world, RAMP, 5).await;
    let before = world.text();
    assert_eq!(world.run(from).await.exit, Exit::Done);
    assert_ne!(world.text(), before);
    assert_eq!((world.percent(), world.summary().progress), (0.0, Progress::Settled));
}
