//! The load balancer of `edgeswitch dev`: the canary walk of AWS's page on blue/green deployments, by the calls of
//! `aws elbv2` and by the commands that change the plan.

use std::process::{Command, Stdio};

use edgeswitch_dev::{DevArgs, LocalCloudFront};
use reqwest::Client;
use reqwest::header::{COOKIE, HOST, ORIGIN, SET_COOKIE};
use serde_json::Value;
use testkit::{Tools, program};

use crate::dev::browser::Browser;
use crate::dev::sample;

const GREEN: &str = "9f2c1e7";
const FIRST_STEP: &str = r#"[{
    "Type": "forward",
    "Order": 1,
    "ForwardConfig": {
        "TargetGroups": [
            {"TargetGroupArn": "<Blue>", "Weight": 90},
            {"TargetGroupArn": "<Green>", "Weight": 10}
        ],
        "TargetGroupStickinessConfig": {"Enabled": true, "DurationSeconds": 43200}
    }
}]"#;
const LAST_STEP: &str = r#"[{
    "Type": "forward",
    "Order": 1,
    "ForwardConfig": {
        "TargetGroups": [
            {"TargetGroupArn": "<Blue>", "Weight": 0},
            {"TargetGroupArn": "<Green>", "Weight": 100}
        ],
        "TargetGroupStickinessConfig": {"Enabled": true, "DurationSeconds": 300}
    }
}]"#;
/// Enough that a share of 10 % is within 4 points, at four standard deviations.
const VIEWERS: usize = 1000;
const BOUND: f64 = 0.04;

struct World {
    local: LocalCloudFront,
    client: Client,
    listener: String,
    url: String,
}

impl World {
    async fn start() -> Self {
        let local = sample(DevArgs { load_balancer: true, ..DevArgs::default() }).await;
        // The first browser sets the provider of TLS.
        drop(Browser::new(&local));
        let client = Client::builder().no_proxy().build().unwrap();
        let (name, listener, url) = local.load_balancers().next().unwrap();
        assert_eq!(name, "api");
        let (listener, url) = (listener.to_owned(), format!("{url}/api/products"));
        Self { local, client, listener, url }
    }

    /// A request with these cookies: whether green answered, and the viewer's cookies afterwards.
    async fn ask(&self, cookies: &str) -> (bool, String) {
        let answer = self.client.get(&self.url).header(COOKIE, cookies).send().await.unwrap();
        let cookies = answer.headers().get_all(SET_COOKIE).iter();
        let pairs = cookies.map(|one| one.to_str().unwrap().split(';').next().unwrap().to_owned());
        let cookies = pairs.collect::<Vec<_>>().join("; ");
        (answer.text().await.unwrap().contains("\"green\""), cookies)
    }

    /// The share of green among viewers with these cookies, and their new cookies.
    async fn shares(&self, cookies: Vec<String>) -> (f64, Vec<String>) {
        let (mut green, mut kept) = (0.0, Vec::new());
        let viewers = f64::from(u32::try_from(cookies.len()).unwrap());
        for cookie in cookies {
            let (is_green, cookie) = self.ask(&cookie).await;
            green += f64::from(u8::from(is_green));
            kept.push(cookie);
        }
        (green / viewers, kept)
    }

    fn modify_listener(&self, actions: &str) -> Value {
        let groups = |slot| {
            let follower = std::fs::read_to_string(self.local.sample_config()).unwrap();
            let start = format!("{slot} = \"");
            let arn = follower.lines().rfind(|line| line.starts_with(&start)).unwrap();
            arn.split('"').nth(1).unwrap().to_owned()
        };
        let actions =
            actions.replace("<Blue>", &groups("blue")).replace("<Green>", &groups("green"));
        let output = Command::new(Tools::find().unwrap().python("python"))
            .args(["-c", include_str!("modify_listener.py")])
            .args([&self.local.parameter_store(), &self.listener, &actions])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Runs a command of the control program on this project.
    async fn control(&self, line: &str) -> String {
        let config = self.local.sample_config();
        let output = tokio::process::Command::new(program().unwrap())
            .args(line.split(' '))
            .arg("--config")
            .arg(config)
            .arg(format!("--local={}", self.local.parameter_store()))
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert!(output.status.success(), "{line}: {said}");
        said
    }

    async fn balancer(&self) -> Value {
        let mut state = Browser::new(&self.local).state().await;
        state["balancers"][0].take()
    }
}

fn strangers() -> Vec<String> {
    vec![String::new(); VIEWERS]
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs `make setup`"]
async fn the_canary_walk_by_the_calls_of_aws() {
    let world = World::start().await;
    let written = world.modify_listener(FIRST_STEP);
    let sticky = &written[0]["ForwardConfig"]["TargetGroupStickinessConfig"];
    assert_eq!(*sticky, serde_json::json!({ "Enabled": true, "DurationSeconds": 43200 }));
    let (share, viewers) = world.shares(strangers()).await;
    assert!((share - 0.1).abs() < BOUND, "{share}");
    world.modify_listener(LAST_STEP);
    // The cookies are younger than five minutes: viewers stay where they were. Others get green.
    let (kept, _) = world.shares(viewers).await;
    assert!((kept - share).abs() < f64::EPSILON, "{kept} instead of {share}");
    let (new, _) = world.shares(strangers()).await;
    assert!((new - 1.0).abs() < f64::EPSILON, "{new}");
    world.local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the control program"]
async fn the_canary_walk_by_the_plan() {
    let world = World::start().await;
    let (share, _) = world.shares(strangers()).await;
    assert!(share.abs() < f64::EPSILON, "{share} before the canary");
    world.control(&format!("canary {GREEN} --weight 10 -y")).await;
    let (share, _) = world.shares(strangers()).await;
    assert!((share - 0.1).abs() < BOUND, "{share}");
    let balancer = world.balancer().await;
    let [blue, green] = [&balancer["groups"][0], &balancer["groups"][1]];
    assert_eq!((&blue["slot"], &green["slot"]), (&"blue".into(), &"green".into()));
    assert_eq!(green["weighed"], 0.1);
    let requests = green["requests"].as_array().unwrap().iter().filter_map(Value::as_u64);
    assert!(requests.sum::<u64>() > 0, "{green}");
    world.control(&format!("promote {GREEN} -y")).await;
    let (share, _) = world.shares(strangers()).await;
    assert!((share - 1.0).abs() < f64::EPSILON, "{share} after the promote");
    world.control("rollback -y").await;
    let (share, _) = world.shares(strangers()).await;
    assert!(share.abs() < f64::EPSILON, "{share} after the rollback");
    world.local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cloudfront_reaches_the_back_ends_through_it() {
    let world = World::start().await;
    let mut browser = Browser::new(&world.local);
    browser.load("/").await;
    let products = browser.call("/api/products", "41ab03d").await;
    assert!(products.text.contains("\"blue\""), "{}", products.text);
    let balancer = world.balancer().await;
    let requests = balancer["groups"][0]["requests"].as_array().unwrap();
    assert_eq!(requests.iter().filter_map(Value::as_u64).sum::<u64>(), 1);
    assert_eq!(balancer["groups"][0]["targets"][0]["health"], "healthy");
    world.local.stop().await;
}

/// Any web page can send forms to loopback.
#[tokio::test(flavor = "multi_thread")]
async fn the_api_refuses_web_pages_and_foreign_names() {
    let world = World::start().await;
    let form = "Action=DescribeLoadBalancers&Version=2015-12-01";
    let send = |name, value: &'static str| {
        let request = world.client.post(world.local.parameter_store()).body(form);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.header(name, value).send()
    };
    let answer = send(HOST, "localhost").await.unwrap();
    assert!(answer.text().await.unwrap().contains("<LoadBalancerName>shop</LoadBalancerName>"));
    for (name, value) in [(ORIGIN, "http://evil.example"), (HOST, "evil.example")] {
        let answer = send(name, value).await.unwrap();
        assert_eq!(answer.status(), 400);
        assert!(answer.text().await.unwrap().contains("AccessDenied"), "{value}");
    }
    world.local.stop().await;
}
