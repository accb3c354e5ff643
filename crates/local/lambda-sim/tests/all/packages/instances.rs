use std::collections::HashSet;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use cloudfront_sim::{FunctionError, FunctionHost};
use edge_event::Trigger;
use futures_util::future::join_all;
use lambda_sim::Options;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};

use crate::packages::world::{count, edge, function, packages, play};

#[tokio::test]
async fn result_comes_back_byte_for_byte() {
    let packages = packages(Options::default());
    let event = Bytes::from_static(br#"{"text":"\u00e9 and \u{1F980}","number":1}"#);
    let event = Bytes::from(String::from_utf8_lossy(&event).replace("\\u{1F980}", "🦀"));
    let result = function(&packages).invoke(event).await.unwrap();
    assert_eq!(result, r#"{"number":1,"text":"é and 🦀"}"#);
}

#[tokio::test]
async fn events_one_after_the_other_are_served_by_one_process() {
    let packages = packages(Options::default());
    let (first, _) = count(&*function(&packages)).await.unwrap();
    for served in 2..50 {
        assert_eq!(count(&*function(&packages)).await, Ok((first, served)));
    }
}

#[tokio::test]
async fn events_at_once_are_served_by_a_process_each() {
    let packages = packages(Options::default());
    let function = function(&packages);
    let both = || async { tokio::join!(count(&*function), count(&*function)) };
    let (one, other) = both().await;
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_ne!(one.0, other.0);
    assert_eq!((one.1, other.1), (1, 1));
    let (next, after) = both().await;
    let mut again = [next.unwrap(), after.unwrap()];
    again.sort_unstable();
    let mut expected = [(one.0, 2), (other.0, 2)];
    expected.sort_unstable();
    assert_eq!(again, expected, "both stay");
}

#[tokio::test]
async fn all_requests_of_a_page_are_served_by_few_instances() {
    for max_instances in [1, Options::default().max_instances] {
        let packages = packages(Options { max_instances, ..Options::default() });
        let function = function(&packages);
        let served = join_all((0..100).map(|_| count(&*function))).await;
        let processes: HashSet<_> = served.into_iter().map(|counted| counted.unwrap().0).collect();
        assert!(processes.len() <= max_instances, "{} processes", processes.len());
    }
}

#[tokio::test]
async fn event_that_waits_too_long_for_an_instance_is_throttled() {
    let packages = packages(Options {
        max_instances: 1,
        variables: [("PLAYED_INIT".to_owned(), "hang".to_owned())].into(),
        init_timeout: Duration::from_secs(1),
        timeout: Duration::from_millis(100),
        ..Options::default()
    });
    let function = function(&packages);
    let (_, throttled) = tokio::join!(count(&*function), count(&*function));
    assert_eq!(throttled, Err(FunctionError::Throttled));
}

#[tokio::test]
async fn every_edge_location_and_trigger_has_its_own_processes() {
    let packages = packages(Options::default());
    let mut processes = Vec::new();
    for location in ["FRA56-P4", "IAD89-C1"] {
        for trigger in [Trigger::ViewerRequest, Trigger::OriginRequest, Trigger::OriginResponse] {
            let function = packages.function(&edge(location), trigger).unwrap();
            processes.push(count(&*function).await.unwrap().0);
            let again = packages.function(&edge(location), trigger).unwrap();
            assert!(Arc::ptr_eq(&function, &again), "{location}, {trigger}");
        }
    }
    processes.sort_unstable();
    processes.dedup();
    assert_eq!(processes.len(), 6);
}

#[tokio::test]
async fn viewer_response_has_no_function() {
    let packages = packages(Options::default());
    assert!(packages.function(&edge("FRA56-P4"), Trigger::ViewerResponse).is_none());
}

#[tokio::test]
async fn invocation_continues_when_the_viewer_disconnects() {
    let packages = packages(Options { max_instances: 1, ..Options::default() });
    let function = function(&packages);
    let mut left = Box::pin(count(&*function));
    assert!(waits(left.as_mut()).await);
    drop(left);
    let (_, served) = count(&*function).await.unwrap();
    assert_eq!(served, 2, "the same process, which had served the event before");
}

#[tokio::test]
async fn process_that_ended_between_events_is_replaced_unnoticed() {
    let packages = packages(Options::default());
    let function = function(&packages);
    let (process, _) = count(&*function).await.unwrap();
    let end = Doomed::watch(process);
    kill_process(Pid::from_raw(process).unwrap(), Signal::KILL).unwrap();
    assert!(end.ends().await);
    let (successor, served) = count(&*function).await.unwrap();
    assert_ne!(successor, process);
    assert_eq!(served, 1);
}

#[tokio::test]
async fn no_process_outlives_the_host() {
    let packages = packages(Options::default());
    let function = function(&packages);
    let (one, other) = tokio::join!(count(&*function), count(&*function));
    let ends = [one, other].map(|counted| Doomed::watch(counted.unwrap().0));
    // One process is busy, the other one is idle.
    let mut busy = Box::pin(play(&*function, "hang"));
    assert!(waits(busy.as_mut()).await);
    tokio::task::yield_now().await;
    drop(busy);
    drop((packages, function));
    for end in ends {
        assert!(end.ends().await);
    }
}

/// Polls a future once. True if it then waits for something.
async fn waits(mut future: Pin<&mut impl Future>) -> bool {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_pending())).await
}

/// Watches a process that should end.
struct Doomed(OwnedFd);

impl Doomed {
    fn watch(process: i32) -> Self {
        Self(pidfd_open(Pid::from_raw(process).unwrap(), PidfdFlags::empty()).unwrap())
    }

    /// Whether it ends within ten seconds.
    async fn ends(self) -> bool {
        let patience = Timespec { tv_sec: 10, tv_nsec: 0 };
        let end = move || poll(&mut [PollFd::new(&self.0, PollFlags::IN)], Some(&patience));
        tokio::task::spawn_blocking(end).await.unwrap().unwrap() == 1
    }
}
