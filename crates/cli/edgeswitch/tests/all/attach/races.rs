//! Other writers, lost answers, and commands that were ended in between.

use std::fs;

use edgeswitch::{AwsErrorKind, Exit};

use crate::attach::cloud::{Fault, Memory, SHOP, outputs};

/// Somebody writes between the read and the write: the edit is made again on top of it. Nobody is asked twice,
/// because the changes are the same.
#[tokio::test(start_paused = true)]
async fn another_writer_in_between() {
    let memory = Memory::new();
    memory.state().writes.push_back(Fault::Edit("PriceClass_100", "PriceClass_All"));
    let ran = memory.run("attach", Some("y\n")).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(ran.err.contains("somebody has changed the distribution at the same time"));
    assert_eq!(ran.err.matches("[y/N]").count(), 1);
    assert!(memory.xml().contains("PriceClass_All"));
    assert_eq!(
        fs::read_to_string(memory.kept()).unwrap(),
        SHOP.replace("PriceClass_100", "PriceClass_All")
    );
}

/// The other writer changes what the edit does: the answer does not hold any more.
#[tokio::test(start_paused = true)]
async fn another_writer_changes_the_changes() {
    let memory = Memory::new();
    let edit = Fault::Edit("<PathPattern>/static/*<", "<PathPattern>/media/*<");
    memory.state().writes.push_back(edit.clone());
    let ran = memory.run("attach", Some("y\nno\n")).await;
    assert_eq!(ran.exit, Exit::Failed);
    assert!(ran.err.contains("the changes are others now:"), "{}", ran.err);
    assert_eq!(ran.err.matches("[y/N]").count(), 2);
    assert_eq!(memory.state().written, 0);

    let memory = Memory::new();
    memory.state().writes.push_back(edit);
    assert_eq!(memory.run("attach", Some("y\ny\n")).await.exit, Exit::Done);
    assert!(memory.xml().contains("/media/*"));
}

#[tokio::test(start_paused = true)]
async fn it_gives_up_after_five_other_writers() {
    let memory = Memory::new();
    let edits = ["PriceClass_100", "PriceClass_200", "PriceClass_All"];
    for round in 0..5 {
        memory.state().writes.push_back(Fault::Edit(edits[round % 3], edits[(round + 1) % 3]));
    }
    let ran = memory.run("attach -y", None).await;
    assert_eq!(ran.exit, Exit::Failed);
    assert!(ran.err.contains("5 times at the same time; nothing was written"), "{}", ran.err);
    assert_eq!(memory.state().written, 0);
}

/// A write whose answer is lost may have succeeded: a read tells.
#[tokio::test(start_paused = true)]
async fn a_lost_answer() {
    let memory = Memory::new();
    memory.state().writes.push_back(Fault::Lost);
    let ran = memory.run("attach -y", None).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(ran.out.starts_with("the functions are attached to `E2QWRUHAPOMQZL`\n"), "{}", ran.out);
    assert_eq!(memory.state().written, 1);
    assert_eq!(fs::read_to_string(memory.kept()).unwrap(), SHOP);

    for kind in [AwsErrorKind::Lost, AwsErrorKind::Internal, AwsErrorKind::Throttled] {
        let memory = Memory::new();
        memory.state().writes.push_back(Fault::Fails(kind));
        assert_eq!(memory.run("attach -y", None).await.exit, Exit::Done, "{kind:?}");
        assert_eq!(memory.state().written, 1);
    }
    memory.state().writes.push_back(Fault::Lost);
    assert_eq!(memory.run("detach -y", None).await.exit, Exit::Done);
    assert_eq!(memory.xml(), SHOP);
}

/// The file with the configuration from before is the first one, whatever is attached later.
#[tokio::test(start_paused = true)]
async fn the_kept_file_is_the_first_one() {
    let memory = Memory::new();
    memory.run("attach -y", None).await;
    memory.state().edit("PriceClass_100", "PriceClass_All");
    memory.state().outputs = Some(outputs(2));
    let ran = memory.run("attach -y", None).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert_eq!(fs::read_to_string(memory.kept()).unwrap(), SHOP);
    // Once detached, the next attachment begins with what is there then.
    memory.run("detach -y", None).await;
    let between = memory.xml();
    assert_eq!(between, SHOP.replace("PriceClass_100", "PriceClass_All"));
    memory.run("attach -y", None).await;
    assert_eq!(fs::read_to_string(memory.kept()).unwrap(), between);
}

/// A command that was killed after it had kept the file, and before it wrote.
#[tokio::test(start_paused = true)]
async fn a_file_of_a_command_that_was_killed() {
    let memory = Memory::new();
    fs::write(memory.kept(), SHOP.replace("PriceClass_100", "PriceClass_All")).unwrap();
    memory.run("attach -y", None).await;
    assert_eq!(fs::read_to_string(memory.kept()).unwrap(), SHOP);
}

/// Without the file nothing is written: there would be no way back.
#[tokio::test(start_paused = true)]
async fn a_file_that_cannot_be_written() {
    let memory = Memory::new();
    fs::create_dir(memory.kept()).unwrap();
    let ran = memory.run("attach -y", None).await;
    assert_eq!(ran.exit, Exit::Failed);
    assert!(
        ran.err.contains("error: read `FOLDER/before.xml`")
            || ran.err.contains("error: write `FOLDER/before.xml`"),
        "{}",
        ran.err
    );
    assert_eq!(memory.xml(), SHOP);
}

/// Another tool writes the configuration that it knew while this command waits.
#[tokio::test(start_paused = true)]
async fn another_tool_takes_them_out_again() {
    let memory = Memory::new();
    memory.state().in_progress = 4;
    // The first read is the one before the write, the second the one after the wait.
    memory.state().reads.push_back(Fault::None);
    let edit = Fault::Edit("<PathPattern>/_r/*/api/*<", "<PathPattern>/old/*<");
    memory.state().reads.push_back(edit);
    let ran = memory.run("attach -y", None).await;
    assert_eq!(ran.exit, Exit::Failed);
    assert!(
        ran.err.contains("somebody has changed distribution `E2QWRUHAPOMQZL` since"),
        "{}",
        ran.err
    );
}

/// It waits until every edge location has the change. Errors that pass do not end the wait.
#[tokio::test(start_paused = true)]
async fn it_waits_for_the_deployment() {
    let memory = Memory::new();
    memory.state().in_progress = 40;
    let ran = memory.run("attach -y", None).await;
    assert!(
        ran.err.contains("an earlier change of distribution `E2QWRUHAPOMQZL` is still on its way")
    );
    assert!(ran.err.contains("waiting until every edge location has the change"), "{}", ran.err);
    let (left, looks) = memory.progress();
    assert_eq!((left, looks), (0, 40));

    let memory = Memory::new();
    memory.state().in_progress = 40;
    assert_eq!(memory.run("attach -y --no-wait", None).await.exit, Exit::Done);
    assert_eq!(memory.state().looks, 0);
}

/// Two people at once: the second finds the functions attached.
#[tokio::test(start_paused = true)]
async fn two_at_once() {
    let memory = Memory::new();
    let (one, two) = tokio::join!(memory.run("attach -y", None), memory.run("attach -y", None));
    assert_eq!((one.exit, two.exit), (Exit::Done, Exit::Done), "{}{}", one.err, two.err);
    assert_eq!(memory.state().written, 1);
    assert_eq!(fs::read_to_string(memory.kept()).unwrap(), SHOP);
    assert_eq!(memory.run("detach -y", None).await.exit, Exit::Done);
    assert_eq!(memory.xml(), SHOP);
}
