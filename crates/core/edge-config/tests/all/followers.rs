//! The tables `[[followers]]`: load balancers and DNS records that follow the plan.

use edge_config::{
    Config, Follower, LoadBalancer, Place, RecordType, Records, Resource, Stickiness,
};

const SHOP: &str = r#"
name = "shop"
[parameter]
name = "/shop/plan"
home_region = "eu-central-1"
[slots.blue]
[slots.green]
"#;

const RULE: &str = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee";
const LISTENER: &str = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2";
const BLUE: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/blue/73e2d6bc24d8a067";
const GREEN: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/green/09966783158cda59";
const DNS: &str = r#"
[[followers]]
name = "dns"
hosted_zone = "Z0123456789ABCDEFGHIJ"
record = "api.example.com"
type = "CNAME"
ttl_seconds = 60
set_identifiers = { blue = "b", green = "g" }
"#;

fn balancer(keys: &str) -> String {
    format!(
        "[[followers]]\nname = \"api\"\nlistener_rule = \"{RULE}\"\n\
         target_groups = {{ blue = \"{BLUE}\", green = \"{GREEN}\" }}\n{keys}\n"
    )
}

fn read(text: &str) -> Result<Vec<Follower>, String> {
    Follower::all_from_toml(&format!("{SHOP}{text}")).map_err(|error| error.to_string())
}

#[test]
fn a_load_balancer_and_records_follow() {
    let text = balancer("stickiness_seconds = \"off\"\nderegistration_delay_seconds = 30") + DNS;
    let api = LoadBalancer {
        place: Place::Rule(RULE.into()),
        target_groups: vec![("blue".into(), BLUE.into()), ("green".into(), GREEN.into())],
        stickiness: Some(Stickiness::Off),
        deregistration_delay: Some(30),
    };
    assert_eq!(api.region(), "eu-central-1");
    let dns = Records {
        hosted_zone: "Z0123456789ABCDEFGHIJ".into(),
        record: "api.example.com".into(),
        record_type: RecordType::Cname,
        set_identifiers: vec![("blue".into(), "b".into()), ("green".into(), "g".into())],
        ttl: Some(60),
    };
    let expected = vec![
        Follower { name: "api".into(), resource: Resource::LoadBalancer(api) },
        Follower { name: "dns".into(), resource: Resource::Records(dns) },
    ];
    assert_eq!(read(&text), Ok(expected));
    assert_eq!(read(""), Ok(Vec::new()));
}

#[test]
fn packages_do_not_have_them() {
    let with = Config::from_toml(&format!("{SHOP}{DNS}")).unwrap();
    assert_eq!(with.to_json(), Config::from_toml(SHOP).unwrap().to_json());
}

#[test]
fn a_mistake_is_named_with_the_repair() {
    let rows = [
        (
            "a stickiness of 0",
            balancer("stickiness_seconds = 0"),
            "followers[0].stickiness_seconds: `0` is not a group stickiness: allowed are 1 to 604800 \
             seconds and \"off\"",
        ),
        (
            "a delay above an hour",
            balancer("deregistration_delay_seconds = 3601"),
            "followers[0].deregistration_delay_seconds: 3601 is out of range: allowed are 0 to 3600",
        ),
        (
            "an unknown key",
            balancer("stickyness_seconds = 60"),
            "unknown key `stickyness_seconds` in [[followers]]: did you mean `stickiness_seconds`?",
        ),
        (
            "both a rule and a listener",
            balancer(&format!("listener = \"{LISTENER}\"")),
            "followers[0]: `api` must have one of `listener`, `listener_rule` and `hosted_zone`",
        ),
        (
            "a key of records",
            balancer("ttl_seconds = 60"),
            "followers[0].ttl_seconds: belongs to a follower with `hosted_zone`",
        ),
        (
            "a rule's ARN as a listener",
            format!("[[followers]]\nname = \"api\"\nlistener = \"{RULE}\""),
            "followers[0].listener: `arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener-rule/\
             app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee` is not a listener of an \
             Application Load Balancer: allowed are \
             `arn:aws:elasticloadbalancing:REGION:ACCOUNT:listener/app/NAME/ID/ID`",
        ),
        (
            "a target group of another account",
            balancer("").replace(GREEN, &GREEN.replace("123456789012", "210987654321")),
            "followers[0].target_groups.green: `arn:aws:elasticloadbalancing:eu-central-1:210987654321:\
             targetgroup/green/09966783158cda59` is not in the Region and account of the load balancer \
             (`eu-central-1:123456789012`)",
        ),
        (
            "one target group for two slots",
            balancer("").replace(GREEN, BLUE),
            "followers[0].target_groups.green: `arn:aws:elasticloadbalancing:eu-central-1:123456789012:\
             targetgroup/blue/73e2d6bc24d8a067` is the one of slot `blue` too: each has its own",
        ),
        (
            "a slot that the configuration does not have",
            balancer("").replace("green =", "gren ="),
            "followers[0].target_groups: `gren` is not a slot of [slots]: did you mean `green`?",
        ),
        (
            "the same name twice",
            balancer("") + &balancer(""),
            "followers[1].name: duplicate `api`: each follower has its own",
        ),
        (
            "records without a type",
            DNS.replace("type = \"CNAME\"\n", ""),
            "followers[0]: a follower with `hosted_zone` needs `type`",
        ),
    ];
    for (row, text, expected) in rows {
        assert_eq!(read(&text), Err(expected.to_owned()), "{row}");
    }
}

#[test]
fn a_forward_action_has_five_target_groups_at_most() {
    let groups: Vec<String> = (0..6).map(|n| format!("s{n} = \"{BLUE}{n}\"")).collect();
    let text = format!(
        "name = \"shop\"\n[parameter]\nname = \"/shop/plan\"\nhome_region = \"eu-central-1\"\n\
         [[followers]]\nname = \"api\"\nlistener = \"{LISTENER}\"\ntarget_groups = {{ {} }}\n",
        groups.join(", ")
    );
    let error = Follower::all_from_toml(&text).unwrap_err().to_string();
    let expected = "followers[0].target_groups: 6 target groups: a forward action has at most 5";
    assert_eq!(error, expected);
}
