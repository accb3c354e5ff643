//! What people see.

use crate::attach::cloud::{Fault, ID, Memory, SHOP, outputs};
use crate::golden;

/// A distribution that is attached, gets newer versions, and is detached.
#[tokio::test(start_paused = true)]
async fn from_the_first_attachment_to_the_end() {
    let memory = Memory::new();
    let mut text = memory.shown("attach --dry-run", None).await;
    text += &memory.shown("attach", None).await;
    text += &memory.shown("attach", Some("no\n")).await;
    assert_eq!(memory.xml(), SHOP);
    assert!(!memory.kept().exists());
    memory.state().in_progress = 3;
    text += &memory.shown("attach", Some("y\n")).await;
    text += &memory.shown("attach -y", None).await;
    memory.state().outputs = Some(outputs(2));
    text += &memory.shown("attach -y --no-wait", None).await;
    text += &memory.shown("detach --dry-run", None).await;
    text += &memory.shown("detach", Some("yes\n")).await;
    assert_eq!(memory.xml(), SHOP, "byte for byte");
    text += &memory.shown("detach -y", None).await;
    golden::check("attach/golden/life.txt", &text);
}

#[tokio::test(start_paused = true)]
async fn as_json() {
    let memory = Memory::new();
    let mut text = String::new();
    for line in
        ["attach --dry-run", "attach -y", "attach -y", "detach --dry-run", "detach -y", "detach -y"]
    {
        text += &memory.shown(&format!("{line} --output json"), None).await;
    }
    let refused = Memory::new();
    refused.state().edit_default();
    text += &refused.shown("attach -y --output json", None).await;
    text += &Memory::new().shown("attach --plan-only --output json", None).await;
    golden::check("attach/golden/json.txt", &text);
}

/// Every refusal and every error, with its hint.
#[tokio::test(start_paused = true)]
async fn what_is_refused() {
    use edgeswitch::AwsErrorKind::{
        Denied, Internal, Lost, Missing, NoDistribution, NoPolicy, Refused,
    };
    let memory = Memory::new();
    memory.state().edit_default();
    let mut text = memory.shown("attach -y", None).await;
    for line in [
        "attach -y --viewer-request-version arn:aws:lambda:eu-central-1:123456789012:function:shop-viewer-request:1",
        "attach -y --viewer-request-version arn:aws:lambda:us-east-1:123456789012:function:shop-viewer-request",
        "attach -y --viewer-request-version arn:aws:lambda:us-east-1:210987654321:function:shop-viewer-request:1",
        "attach -y --stack other",
        "attach -y --keep-policies * --keep-policies /api/*",
        "detach -y --viewer-request-version shop",
    ] {
        text += &Memory::new().shown(line, None).await;
    }
    let memory = Memory::new();
    memory.state().outputs.as_mut().unwrap().remove("PagesCachePolicy");
    text += &memory.shown("attach -y", None).await;
    memory.state().outputs_denied = true;
    text += &memory.shown("attach -y", None).await;
    for kind in [Denied, NoDistribution, Internal] {
        let memory = Memory::new();
        memory.state().reads.push_back(Fault::Fails(kind));
        text += &memory.shown("attach -y", None).await;
    }
    for kind in [Denied, Refused, NoPolicy, Missing] {
        let memory = Memory::new();
        memory.state().writes.push_back(Fault::Fails(kind));
        text += &memory.shown("attach -y", None).await;
        assert_eq!(memory.xml(), SHOP);
    }
    let memory = Memory::new();
    memory.state().writes.extend(vec![Fault::Fails(Lost); 5]);
    text += &memory.shown("attach -y", None).await;
    let memory = Memory::new();
    memory.configure("distribution_id = \"E2QWRUHAPOMQZL\"\n", "");
    text += &memory.shown("attach -y", None).await;
    let memory = Memory::new();
    memory.configure("[slots.blue]", "[documents]\nnot_found = \"404.html\"\n\n[slots.blue]");
    text += &memory.shown("attach -y --no-fallback-origin", None).await;
    let memory = Memory::new();
    memory.state().untested = true;
    text += &memory.shown(&format!("attach {ID} -y"), None).await;
    memory.state().untested = false;
    memory.state().xml = "<Distribution/>".into();
    text += &memory.shown(&format!("attach {ID} -y"), None).await;
    golden::check("attach/golden/refused.txt", &text);
}

/// The steps of a migration, before each of them.
#[tokio::test(start_paused = true)]
async fn the_steps_of_a_migration() {
    let memory = Memory::new();
    memory.state().outputs = None;
    let mut text = memory.shown("attach --plan-only", None).await;
    memory.state().objects.insert("releases/first/index.html".into());
    memory.state().outputs = Some(outputs(1));
    memory.run("attach -y", None).await;
    text += &memory.shown("attach --plan-only", None).await;
    memory.state().plan = Some("first".into());
    text += &memory.shown("attach --plan-only", None).await;
    memory.state().plan = Some("first second".into());
    text += &memory.shown("attach --plan-only", None).await;
    let memory = Memory::new();
    memory.state().edit_default();
    text += &memory.shown("attach --plan-only --release 41ab03d", None).await;
    memory.configure("prefix_template = \"/releases/{release}\"\n", "");
    text += &memory.shown("attach --plan-only", None).await;
    assert_eq!(memory.state().written, 0);
    golden::check("attach/golden/plan-only.txt", &text);
}

/// `detach` after somebody else's change, without the kept file, and with a wrong one.
#[tokio::test(start_paused = true)]
async fn detaching_what_has_changed() {
    let memory = Memory::new();
    memory.run("attach -y", None).await;
    memory.state().edit("<PriceClass>PriceClass_100<", "<PriceClass>PriceClass_All<");
    let mut text = memory.shown("detach", Some("y\n")).await;
    assert_eq!(memory.xml().replace("PriceClass_All", "PriceClass_100"), SHOP);

    let memory = Memory::new();
    memory.run("attach -y", None).await;
    let kept = std::fs::read_to_string(memory.kept()).unwrap();
    for wrong in ["no XML", &kept.replace("2021-03-04T05:06:07", "2022")] {
        std::fs::write(memory.kept(), wrong).unwrap();
        text += &memory.shown("detach -y", None).await;
    }
    std::fs::remove_file(memory.kept()).unwrap();
    text += &memory.shown("detach -y", None).await;

    // Without the stack, the policies are known by their names. One of somebody else stays.
    let memory = Memory::new();
    memory.run("attach -y", None).await;
    memory.state().outputs = None;
    text += &memory.shown("detach --dry-run", None).await;
    let routes = outputs(1)["RoutesCachePolicy"].clone();
    memory.state().policies.as_mut().unwrap().remove(&routes);
    text += &memory.shown("detach --dry-run", None).await;
    memory.state().policies = None;
    memory.state().outputs_denied = true;
    text += &memory.shown("detach -y", None).await;
    let xml = memory.xml();
    assert!(!xml.contains("function:shop-"), "{xml}");
    assert!(outputs(1).values().any(|id| xml.contains(&**id)), "{xml}");

    // Without the file too.
    let memory = Memory::new();
    memory.run("attach -y", None).await;
    memory.state().outputs = None;
    text += &memory.shown_without_file("detach -y").await;
    golden::check("attach/golden/changed.txt", &text);
}
