//! The functions and policies, from the stack or by their options.

use edgeswitch::Exit;

use crate::attach::cloud::{Memory, SHOP};

const OPTIONS: &str = "--viewer-request-version arn:aws:lambda:us-east-1:123456789012:function:vr:4 \
    --origin-request-version arn:aws:lambda:us-east-1:123456789012:function:oq:5 \
    --origin-response-version arn:aws:lambda:us-east-1:123456789012:function:os:6 \
    --pages-cache-policy pc --pages-origin-request-policy po --routes-cache-policy rc \
    --routes-origin-request-policy ro";

/// Without a stack, as with Terraform, the parts have options.
#[tokio::test(start_paused = true)]
async fn parts_by_their_options() {
    let memory = Memory::new();
    memory.state().outputs_denied = true;
    let ran = memory.run(&format!("attach -y {OPTIONS}"), None).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    for part in
        ["function:vr:4<", "function:oq:5<", "function:os:6<", ">pc<", ">po<", ">rc<", ">ro<"]
    {
        assert!(memory.xml().contains(part), "{part}");
    }
    let ran = memory.run(&format!("detach -y {OPTIONS}"), None).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert_eq!(memory.xml(), SHOP);
}

/// Without the right to read the stack, `detach` knows the functions by the names of the templates.
#[tokio::test(start_paused = true)]
async fn detach_without_the_stack() {
    for is_denied in [true, false] {
        let memory = Memory::new();
        memory.run("attach -y", None).await;
        memory.state().outputs = None;
        memory.state().outputs_denied = is_denied;
        assert_eq!(memory.run("detach -y", None).await.exit, Exit::Done);
        assert_eq!(memory.xml(), SHOP);
    }
}

/// One option beside the stack's outputs.
#[tokio::test(start_paused = true)]
async fn an_option_counts_before_the_stack() {
    let memory = Memory::new();
    let other = "--origin-response-version arn:aws:lambda:us-east-1:123456789012:function:shop-origin-response:9";
    assert_eq!(memory.run(&format!("attach -y {other}"), None).await.exit, Exit::Done);
    assert!(memory.xml().contains("shop-origin-response:9<"));
    assert!(memory.xml().contains("shop-origin-request:1<"));
}
