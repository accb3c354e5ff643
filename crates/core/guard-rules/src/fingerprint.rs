use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use toml::{Table, Value};

/// The tables of `edgeswitch.toml` that the guard does not use. How the gate compares is in the plan.
const UNUSED: [&str; 3] = ["dev", "gate", "hooks"];
/// In bytes. It tells configurations apart, and keeps no secret.
const LENGTH: usize = 8;

/// A short name for what the guard takes from a configuration. Comments, the order of keys, `[dev]`, `[gate]` and
/// `[hooks]` do not change it. `None` if the text is not TOML.
#[must_use]
pub fn fingerprint(configuration: &str) -> Option<String> {
    let mut table: Table = configuration.parse().ok()?;
    table.retain(|key, _| !UNUSED.contains(&key));
    let text = sorted(Value::Table(table)).to_string();
    Some(Sha256::digest(text).iter().take(LENGTH).map(|byte| format!("{byte:02x}")).collect())
}

/// The value with the keys of every table in order.
fn sorted(value: Value) -> Json {
    match value {
        Value::Table(table) => {
            let mut pairs: Vec<(String, Value)> = table.into_iter().collect();
            pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
            pairs.into_iter().map(|(key, value)| (key, sorted(value))).collect()
        }
        Value::Array(values) => values.into_iter().map(sorted).collect(),
        Value::String(text) => text.into(),
        Value::Integer(number) => number.into(),
        Value::Float(number) => number.into(),
        Value::Boolean(flag) => flag.into(),
        Value::Datetime(time) => time.to_string().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn it_changes_with_what_the_guard_takes() {
        let text =
            "name = \"shop\"\n[parameter]\nname = \"/shop/plan\"\nhome_region = \"eu-central-1\"\n";
        let one = fingerprint(text).unwrap();
        assert_eq!(one.len(), 16);
        let same = [
            ("a comment", format!("# ours\n{text}")),
            ("a local port", format!("{text}[dev]\nport = 9000\n")),
            ("how `ramp --gate` compares", format!("{text}[gate]\nsoak_seconds = 60\n")),
            ("a hook", format!("{text}[hooks.after-step]\ncommand = [\"./smoke.sh\"]\n")),
            (
                "another order",
                "name = \"shop\"\n[parameter]\nhome_region = \"eu-central-1\"\nname = \"/shop/plan\"\n"
                    .into(),
            ),
        ];
        for (name, text) in same {
            assert_eq!(fingerprint(&text).as_deref(), Some(&*one), "{name}");
        }
        let other = text.replace("eu-central-1", "eu-west-1");
        assert_ne!(fingerprint(&other).unwrap(), one);
        let beacon = format!("{text}[observe]\nbeacon = \"/_b\"\n");
        assert_ne!(fingerprint(&beacon).unwrap(), one, "the gate counts beacons");
        assert_eq!(fingerprint("name ="), None);
    }
}
