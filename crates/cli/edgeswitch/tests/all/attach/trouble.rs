//! AWS does not answer after a write, or answers with something that is missing.

use edgeswitch::AwsErrorKind::{Denied, Internal, Lost, NoPolicy, Throttled};
use edgeswitch::{AwsErrorKind, Exit};

use crate::attach::cloud::{Fault, Memory, SHOP};

fn fails(kinds: &[AwsErrorKind]) -> Vec<Fault> {
    kinds.iter().map(|kind| Fault::Fails(*kind)).collect()
}

/// The write succeeds, its answer is lost, and so are the next answers: reading goes on.
#[tokio::test(start_paused = true)]
async fn reads_after_a_lost_write_are_repeated() {
    for (attached, line) in [(false, "attach -y"), (true, "detach -y")] {
        let memory = Memory::new();
        if attached {
            memory.run("attach -y", None).await;
        }
        let written = memory.state().written;
        memory.state().writes.push_back(Fault::Lost);
        memory.state().reads.push_back(Fault::None);
        memory.state().reads.extend(fails(&[Internal, Throttled]));
        let ran = memory.run(line, None).await;
        assert_eq!(ran.exit, Exit::Done, "{line}: {}", ran.err);
        assert!(ran.err.contains("reading again whether it was written"), "{line}: {}", ran.err);
        assert_eq!(memory.state().written, written + 1, "{line}");
    }
}

/// Whether the write succeeded cannot be read: the error says both, and how to go on.
#[tokio::test(start_paused = true)]
async fn a_read_that_is_refused_after_a_lost_write() {
    let memory = Memory::new();
    memory.state().writes.push_back(Fault::Lost);
    memory.state().reads.push_back(Fault::None);
    memory.state().reads.extend(fails(&[Denied]));
    let ran = memory.run("attach -y", None).await;
    assert_eq!(ran.exit, Exit::Failed);
    let words = "error: it is not certain whether the distribution was changed: \
                 change distribution `E2QWRUHAPOMQZL`: Lost; read distribution `E2QWRUHAPOMQZL`: Denied\n\
                 hint: run the same command again";
    assert!(ran.err.contains(words), "{}", ran.err);
    assert_eq!(memory.state().written, 1);
    assert_eq!(memory.run("attach -y", None).await.exit, Exit::Done);
    assert_eq!(memory.state().written, 1);
}

/// The wait for the edge locations lasts minutes: errors that pass do not end it.
#[tokio::test(start_paused = true)]
async fn a_wait_goes_on_after_errors_that_pass() {
    let memory = Memory::new();
    memory.state().in_progress = 5;
    memory.state().states.push_back(Fault::None);
    memory.state().states.extend(fails(&[Lost, Internal, Throttled, Lost]));
    let ran = memory.run("attach -y", None).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert_eq!(ran.err.matches("trying again").count(), 1, "{}", ran.err);
    assert_eq!(memory.progress().0, 0);
}

/// A wait that cannot go on says that the change is written, and which command waits for the rest.
#[tokio::test(start_paused = true)]
async fn a_wait_that_fails_says_what_is_written() {
    let memory = Memory::new();
    let states = |kinds: &[AwsErrorKind]| {
        memory.state().states.push_back(Fault::None);
        memory.state().states.extend(fails(kinds));
    };
    let attached = "error: the functions are attached to distribution `E2QWRUHAPOMQZL`, but it is not known \
                    whether every edge location has them: read distribution `E2QWRUHAPOMQZL`: ";
    let taken_out = "error: the functions are taken out of distribution `E2QWRUHAPOMQZL`, but it is not known \
                     whether every edge location has the change: read distribution `E2QWRUHAPOMQZL`: ";
    let hint = |command: &str| format!("\nhint: `edgeswitch {command} E2QWRUHAPOMQZL` goes on: ");
    for (line, words, kinds) in [
        ("attach", attached, vec![Denied]),
        ("attach", attached, vec![Lost; 11]),
        ("detach", taken_out, vec![Denied]),
        ("detach", taken_out, vec![Throttled; 11]),
    ] {
        states(&kinds);
        let ran = memory.run(&format!("{line} -y"), None).await;
        assert_eq!(ran.exit, Exit::Failed, "{line}: {}", ran.err);
        assert!(ran.err.contains(words), "{line}: {}", ran.err);
        assert!(ran.err.contains(&hint(line)), "{line}: {}", ran.err);
        memory.state().states.clear();
    }
    assert_eq!(memory.state().written, 2);
    assert_eq!(memory.xml(), SHOP);
}

/// The last look, after the wait, is repeated too.
#[tokio::test(start_paused = true)]
async fn the_look_after_the_wait_is_repeated() {
    let memory = Memory::new();
    memory.state().reads.push_back(Fault::None);
    memory.state().reads.extend(fails(&[Internal, Lost]));
    let ran = memory.run("attach -y", None).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(ran.err.contains("trying again"), "{}", ran.err);
}

/// The kept file names a policy that was deleted meanwhile: there is a way back without the file.
#[tokio::test(start_paused = true)]
async fn a_policy_of_the_kept_file_that_was_deleted() {
    let memory = Memory::new();
    memory.run("attach -y", None).await;
    memory.state().writes.extend(fails(&[NoPolicy]));
    let ran = memory.run("detach -y", None).await;
    assert_eq!(ran.exit, Exit::Failed);
    assert!(ran.err.contains("error: CloudFront does not know a policy of `"), "{}", ran.err);
    assert!(ran.err.contains("\nhint: nothing was changed; correct the id in `"), "{}", ran.err);
    assert!(ran.err.contains("away: then only the functions are taken out"), "{}", ran.err);
}
