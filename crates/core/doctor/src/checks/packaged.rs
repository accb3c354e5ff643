use edge_config::{Config, ConfigError};
use serde_json::{Map, Value};

use crate::checks::objects::with_traffic;
use crate::field::Field;
use crate::notes::{Notes, Words};
use crate::report::Why;
use crate::source::Source;
use crate::view::View;

/// The control program's own keys, and the fallback, which has a check of its own.
const NOT_COMPARED: [&str; 3] = ["distribution_id", "bucket", "fallback"];

const PACKAGE: &str = "edgeswitch package --config edgeswitch.toml --out dist";

/// The packages were built from the project's configuration.
pub(crate) fn configuration(view: &View<'_>, notes: &mut Notes) {
    let Some(project) = view.project() else {
        return notes.skip(&Source::Distribution, Why::NoConfiguration);
    };
    let Some(known) = notes.read(view, &Source::PackagedConfiguration) else { return };
    let packaged = match read(&known) {
        Ok(packaged) => packaged,
        Err(problem) => {
            let words = Words::new(
                format!(
                    "the functions refuse the packaged configuration ({problem}): every request passes unchanged"
                ),
                "build the packages again and deploy them",
                PACKAGE,
            );
            return notes.error(&known, words);
        }
    };
    let (is, should) = (keys(&packaged), keys(project));
    let differs = |key: &&String| is.get(*key) != should.get(*key);
    let mut all: Vec<&String> = is.keys().chain(should.keys()).filter(differs).collect();
    all.sort();
    all.dedup();
    for key in all.into_iter().filter(|key| !NOT_COMPARED.contains(&key.as_str())) {
        let words = Words::new(
            format!(
                "the packages have another `{key}` than edgeswitch.toml: the functions do not do what it says"
            ),
            "build the packages again and deploy them",
            PACKAGE,
        );
        notes.warning(&known.get(key), words);
    }
}

/// The plan in the packages names no release that is gone.
pub(crate) fn fallback(view: &View<'_>, notes: &mut Notes) {
    let Some(project) = view.project() else {
        return notes.skip(&Source::Distribution, Why::NoConfiguration);
    };
    let Some(known) = notes.read(view, &Source::PackagedConfiguration) else { return };
    let Ok(packaged) = read(&known) else { return };
    let field = known.get("fallback");
    let Some(fallback) = packaged.fallback else {
        let words = Words::new(
            "a function that starts while it cannot read the plan passes requests unchanged: the site has no pages",
            "build the packages with a fallback plan and deploy them",
            PACKAGE,
        );
        return notes.warning(&field, words);
    };
    let home = Source::Plan(project.parameter.home_region.clone());
    if notes.read(view, &home).is_none() {
        return;
    }
    let Some(plan) = view.plan() else { return };
    for index in with_traffic(&fallback) {
        let Some(release) = fallback.releases().get(index) else { continue };
        if plan.servable(release.id.as_str()).is_none() {
            let words = Words::new(
                format!(
                    "a function that starts while it cannot read the plan gives viewers `{}`, which the plan in force \
                     does not serve any more",
                    release.id
                ),
                "build the packages with the plan in force and deploy them",
                PACKAGE,
            );
            notes.warning(&field, words);
        }
    }
}

fn read(known: &Field<'_>) -> Result<Config, ConfigError> {
    Config::from_json(&known.value().to_string())
}

/// The configuration by its keys.
fn keys(config: &Config) -> Map<String, Value> {
    match serde_json::from_str(&config.to_json()) {
        Ok(Value::Object(keys)) => keys,
        Ok(_) | Err(_) => Map::new(),
    }
}
