//! A load balancer on moto.

use std::sync::{Arc, Mutex, Weak};

use http::Request;
use testkit::{Moto, Tools};
use url::form_urlencoded::Serializer;

use crate::aws::HOME;
use crate::aws::account::texts;

static SHARED: Mutex<Weak<Moto>> = Mutex::new(Weak::new());

/// The load balancers of all tests. They end with the last test that uses them.
fn shared() -> Arc<Moto> {
    let mut shared = SHARED.lock().unwrap();
    if let Some(moto) = shared.upgrade() {
        return moto;
    }
    let moto = Arc::new(Moto::start(&Tools::find().unwrap()).unwrap());
    *shared = Arc::downgrade(&moto);
    moto
}

/// A load balancer with a rule for `/api/*`, a rule of others, and three target groups.
pub(crate) struct Balancing {
    pub(crate) moto: Arc<Moto>,
    pub(crate) rule: String,
    pub(crate) foreign_rule: String,
    pub(crate) blue: String,
    pub(crate) green: String,
    pub(crate) other: String,
    vpc: String,
}

impl Balancing {
    /// The load balancer and the target groups have the name of the test.
    pub(crate) fn open(name: &str) -> Self {
        let moto = shared();
        let subnets = ec2(&moto, "DescribeSubnets");
        let vpc = texts(&subnets, "vpcId")[0].to_owned();
        let ids = texts(&subnets, "subnetId");
        let made = call(
            &moto,
            "CreateLoadBalancer",
            &[("Name", name), ("Subnets.member.1", ids[0]), ("Subnets.member.2", ids[1])],
        );
        let balancer = texts(&made, "LoadBalancerArn")[0].to_owned();
        let [blue, green, other] =
            ["blue", "green", "other"].map(|slot| group(&moto, &format!("{name}-{slot}"), &vpc));
        let made = call(
            &moto,
            "CreateListener",
            &[
                ("LoadBalancerArn", &balancer),
                ("Protocol", "HTTP"),
                ("Port", "80"),
                ("DefaultActions.member.1.Type", "forward"),
                ("DefaultActions.member.1.TargetGroupArn", &other),
            ],
        );
        let listener = texts(&made, "ListenerArn")[0].to_owned();
        let rule = rule(&moto, &listener, "10", "/api/*", &blue);
        let foreign_rule = self::rule(&moto, &listener, "20", "/old/*", &other);
        Self { moto, rule, foreign_rule, blue, green, other, vpc }
    }

    /// The table of the configuration.
    pub(crate) fn follower(&self, more: &str) -> String {
        let Self { rule, blue, green, .. } = self;
        format!(
            "[[followers]]\nname = \"api\"\nlistener_rule = \"{rule}\"\n{more}\n\
             [followers.target_groups]\nblue = \"{blue}\"\ngreen = \"{green}\"\n"
        )
    }

    /// The weights of a target group in the rule, by the rule's own words.
    pub(crate) fn weights(&self) -> [u32; 2] {
        let described = self.describe(&self.rule);
        [&self.blue, &self.green].map(|group| {
            let tuple = described.split("<member>").find(|one| {
                one.contains(&format!("<TargetGroupArn>{group}<")) && one.contains("<Weight>")
            });
            tuple.map_or(0, |tuple| texts(tuple, "Weight")[0].parse().unwrap())
        })
    }

    pub(crate) fn describe(&self, rule: &str) -> String {
        let answer = call(&self.moto, "DescribeRules", &[("RuleArns.member.1", rule)]);
        // Each answer has another request id.
        answer.split("<ResponseMetadata>").next().unwrap().to_owned()
    }

    /// Somebody else changes the weights of the rule.
    pub(crate) fn meddle(&self, blue: u32, green: u32) {
        self.divide(&[(&self.blue, blue), (&self.green, green)]);
    }

    /// Somebody else changes the target groups and the weights of the rule.
    pub(crate) fn divide(&self, groups: &[(&str, u32)]) {
        let key = "Actions.member.1.ForwardConfig.TargetGroups.member";
        let mut form = vec![
            ("RuleArn".to_owned(), self.rule.clone()),
            ("Actions.member.1.Type".to_owned(), "forward".to_owned()),
        ];
        for ((arn, weight), number) in groups.iter().zip(1..) {
            form.push((format!("{key}.{number}.TargetGroupArn"), (*arn).to_owned()));
            form.push((format!("{key}.{number}.Weight"), weight.to_string()));
        }
        let form: Vec<(&str, &str)> = form.iter().map(|(key, value)| (&**key, &**value)).collect();
        call(&self.moto, "ModifyRule", &form);
    }

    /// Somebody else gives the rule another path.
    pub(crate) fn move_to(&self, path: &str) {
        let form = [
            ("RuleArn", &*self.rule),
            ("Conditions.member.1.Field", "path-pattern"),
            ("Conditions.member.1.PathPatternConfig.Values.member.1", path),
        ];
        call(&self.moto, "ModifyRule", &form);
    }

    /// Creates one more target group.
    pub(crate) fn group(&self, name: &str) -> String {
        group(&self.moto, name, &self.vpc)
    }
}

fn group(moto: &Moto, name: &str, vpc: &str) -> String {
    let form = [("Name", name), ("Protocol", "HTTP"), ("Port", "80"), ("VpcId", vpc)];
    texts(&call(moto, "CreateTargetGroup", &form), "TargetGroupArn")[0].to_owned()
}

fn rule(moto: &Moto, listener: &str, priority: &str, path: &str, group: &str) -> String {
    let form = [
        ("ListenerArn", listener),
        ("Priority", priority),
        ("Conditions.member.1.Field", "path-pattern"),
        ("Conditions.member.1.PathPatternConfig.Values.member.1", path),
        ("Actions.member.1.Type", "forward"),
        ("Actions.member.1.TargetGroupArn", group),
    ];
    texts(&call(moto, "CreateRule", &form), "RuleArn")[0].to_owned()
}

fn call(moto: &Moto, action: &str, form: &[(&str, &str)]) -> String {
    send(moto, "elasticloadbalancing", "2015-12-01", action, form)
}

fn ec2(moto: &Moto, action: &str) -> String {
    send(moto, "ec2", "2016-11-15", action, &[])
}

fn send(moto: &Moto, service: &str, version: &str, action: &str, form: &[(&str, &str)]) -> String {
    let mut body = Serializer::new(String::new());
    body.append_pair("Action", action).append_pair("Version", version).extend_pairs(form);
    let request = Request::post("/").header("Content-Type", "application/x-www-form-urlencoded");
    moto.send(HOME, service, request.body(body.finish()).unwrap()).unwrap()
}
