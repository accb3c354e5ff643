//! A load balancer on ministack.

use http::Request;
use testkit::Ministack;
use url::form_urlencoded::Serializer;

use crate::aws::HOME;
use crate::aws::account::texts;

/// A load balancer whose listener forwards to one target group, and its rule to another.
pub(crate) struct Balancer {
    listener: String,
    rule: String,
    blue: String,
}

impl Balancer {
    pub(crate) fn open(account: &Ministack) -> Self {
        let made = |action: &str, element: &str, form: &[(&str, &str)]| {
            let answer = call(account, action, form);
            texts(&answer, element)[0].to_owned()
        };
        let balancer = made("CreateLoadBalancer", "LoadBalancerArn", &[("Name", "shop")]);
        let [blue, other] = ["shop-blue", "shop-other"].map(|name| {
            let form = [("Name", name), ("Protocol", "HTTP"), ("Port", "80")];
            made("CreateTargetGroup", "TargetGroupArn", &form)
        });
        call(
            account,
            "RegisterTargets",
            &[("TargetGroupArn", &blue), ("Targets.member.1.Id", "10.0.1.17")],
        );
        let listener = made(
            "CreateListener",
            "ListenerArn",
            &[
                ("LoadBalancerArn", &balancer),
                ("Protocol", "HTTP"),
                ("Port", "80"),
                ("DefaultActions.member.1.Type", "forward"),
                ("DefaultActions.member.1.TargetGroupArn", &blue),
            ],
        );
        let rule = made(
            "CreateRule",
            "RuleArn",
            &[
                ("ListenerArn", &listener),
                ("Priority", "10"),
                ("Conditions.member.1.Field", "path-pattern"),
                ("Conditions.member.1.Values.member.1", "/api/*"),
                ("Actions.member.1.Type", "forward"),
                ("Actions.member.1.TargetGroupArn", &other),
            ],
        );
        Self { listener, rule, blue }
    }

    /// The tables of the configuration: the listener follows, and the rule should.
    pub(crate) fn followers(&self) -> String {
        let Self { listener, rule, blue } = self;
        format!(
            "[[followers]]\nname = \"site\"\nlistener = \"{listener}\"\n\
             target_groups = {{ blue = \"{blue}\" }}\n\
             [[followers]]\nname = \"api\"\nlistener_rule = \"{rule}\"\n\
             target_groups = {{ blue = \"{blue}\" }}\n"
        )
    }
}

fn call(account: &Ministack, action: &str, form: &[(&str, &str)]) -> String {
    let mut body = Serializer::new(String::new());
    body.append_pair("Action", action).append_pair("Version", "2015-12-01").extend_pairs(form);
    let request = Request::post("/").header("Content-Type", "application/x-www-form-urlencoded");
    account.send(HOME, "elasticloadbalancing", request.body(body.finish()).unwrap()).unwrap()
}
