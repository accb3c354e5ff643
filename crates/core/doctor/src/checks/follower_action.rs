use edge_config::{LoadBalancer, Place};

use crate::arn::{load_balancer, region};
use crate::command::word;
use crate::field::Field;
use crate::followed;
use crate::notes::{Notes, Words};
use crate::view::View;

/// The listener or rule of each follower exists and forwards.
pub(crate) fn action(view: &View<'_>, notes: &mut Notes) {
    for (name, one) in view.balancers() {
        let source = followed::place(one);
        if let Some((gone, message)) = view.absent(&source) {
            notes.error(&gone, missing(name, one, message));
            continue;
        }
        let Some(known) = notes.read(view, &source) else { continue };
        match followed::actions(&known, one) {
            None => notes.error(&known, missing(name, one, "the answer is empty")),
            Some(actions) if followed::forward_action(&known, one).is_none() => {
                notes.error(&actions, not_forwarding(name, one, &actions));
            }
            Some(_) => {}
        }
    }
}

fn missing(name: &str, one: &LoadBalancer, message: &str) -> Words {
    let (what, key) = named(one);
    Words::new(
        format!(
            "the {what} of follower `{name}` does not exist ({message}): the plan moves none of its traffic"
        ),
        format!("correct `{key}` of follower `{name}` in edgeswitch.toml"),
        listing(one),
    )
}

fn not_forwarding(name: &str, one: &LoadBalancer, actions: &Field<'_>) -> Words {
    let (what, key) = named(one);
    let found: Vec<String> =
        actions.list().iter().map(|action| format!("`{}`", action.get("Type").text())).collect();
    Words::new(
        format!(
            "the {what} of follower `{name}` does not forward, its actions are {}: the plan moves none of its traffic",
            found.join(", ")
        ),
        format!("name one that forwards as `{key}` of follower `{name}` in edgeswitch.toml"),
        listing(one),
    )
}

/// The kind of the resource in words, and its key in the configuration.
fn named(one: &LoadBalancer) -> (&'static str, &'static str) {
    match one.place {
        Place::Listener(_) => ("listener", "listener"),
        Place::Rule(_) => ("rule", "listener_rule"),
    }
}

/// Lists the listeners of the load balancer, or the rules of the listener.
fn listing(one: &LoadBalancer) -> String {
    let region = word(region(one.arn()));
    match &one.place {
        Place::Listener(arn) => format!(
            "aws elbv2 describe-listeners --region {region} --load-balancer-arn {}",
            word(&load_balancer(arn).unwrap_or_default())
        ),
        Place::Rule(arn) => {
            let rule = arn.replace(":listener-rule/", ":listener/");
            let listener = rule.rsplit_once('/').map_or("", |(listener, _)| listener);
            format!("aws elbv2 describe-rules --region {region} --listener-arn {}", word(listener))
        }
    }
}
