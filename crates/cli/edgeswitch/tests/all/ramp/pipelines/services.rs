//! The services that run a pipeline: GitHub, GitLab, and a machine with a shell.

use std::fs;
use std::path::{Path, PathBuf};

use saphyr::{LoadableYamlNode, Yaml};

use crate::ramp::pipelines::machine::{Answer, Call, Machine};

type Variables = Vec<(String, String)>;

/// A service, with the pipeline that is made for it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Service {
    GitHub,
    GitLab,
    Shell,
}

impl Service {
    pub(super) const ALL: [Self; 3] = [Self::GitHub, Self::GitLab, Self::Shell];

    /// Runs the pipeline for a commit. Returns whether it succeeded.
    pub(super) fn run(
        self,
        machine: &Machine,
        commit: &str,
        answer: &mut dyn FnMut(&Call) -> Answer,
    ) -> bool {
        self.run_with(&[], machine, commit, answer)
    }

    /// Runs the pipeline with other values of its variables.
    pub(super) fn run_with(
        self,
        values: &[(&str, &str)],
        machine: &Machine,
        commit: &str,
        answer: &mut dyn FnMut(&Call) -> Answer,
    ) -> bool {
        machine.clean();
        let values: Variables = values.iter().map(|(name, value)| pair(name, value)).collect();
        match self {
            Self::GitHub => github(machine, commit, values, answer),
            Self::GitLab => gitlab(machine, commit, &values, answer),
            Self::Shell => shell(machine, values, answer),
        }
    }
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../deploy/pipelines").join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(file(name)).unwrap()
}

/// The variables in the mapping `key` of a job, a step or the whole file.
fn variables(holder: &Yaml<'_>, key: &str) -> Variables {
    let pairs = holder.as_mapping_get(key).and_then(Yaml::as_mapping).into_iter().flatten();
    let text = |value: &Yaml<'_>| value.as_str().map(ToOwned::to_owned);
    pairs.filter_map(|(name, value)| Some((text(name)?, text(value)?))).collect()
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.into(), value.into())
}

fn github(
    machine: &Machine,
    commit: &str,
    values: Variables,
    answer: &mut dyn FnMut(&Call) -> Answer,
) -> bool {
    let text = read("github-actions.yml");
    let document = &Yaml::load_from_str(&text).unwrap()[0];
    assert_eq!(document["jobs"]["release"]["needs"].as_str(), Some("build"));
    let known = [pair("GITHUB_SHA", commit), pair("GITHUB_RUN_ID", "17")];
    let of_file = variables(document, "env");
    let known: Variables = known.into_iter().chain(of_file).chain(values).collect();
    ["build", "release"].iter().all(|name| {
        let mut job = Job { machine, known: known.clone(), failed: false, skipped: Vec::new() };
        job.run(&document["jobs"][*name], answer);
        !job.failed
    })
}

/// A job of GitHub.
struct Job<'m> {
    machine: &'m Machine,
    known: Variables,
    failed: bool,
    skipped: Vec<String>,
}

impl Job<'_> {
    fn run(&mut self, job: &Yaml<'_>, answer: &mut dyn FnMut(&Call) -> Answer) {
        let may_sign_in = job["permissions"].as_mapping_get("id-token").is_some();
        let has_secrets = job.as_mapping_get("environment").is_some();
        for step in job["steps"].as_sequence().unwrap() {
            let text = |key: &str| step.as_mapping_get(key).and_then(|value| value.as_str());
            if !self.is_run(text("if")) {
                self.skipped.extend(text("id").map(ToOwned::to_owned));
                continue;
            }
            if let Some(action) = text("uses") {
                let signs_in = action.starts_with("aws-actions/configure-aws-credentials@");
                assert!(may_sign_in || !signs_in);
                if signs_in {
                    self.known.push(pair("AWS_ACCESS_KEY_ID", "alice"));
                }
                continue;
            }
            let mut own = variables(step, "env");
            for (_, value) in &mut own {
                assert!(has_secrets);
                *value = value.replace("${{ secrets.PREVIEW_KEY }}", "the key");
            }
            self.bash(text("run").unwrap(), own, answer);
        }
    }

    fn is_run(&self, condition: Option<&str>) -> bool {
        let ramp_began = !self.skipped.iter().any(|id| id == "ramp");
        match condition {
            None => !self.failed,
            Some("failure() || cancelled()") => self.failed,
            Some("(failure() || cancelled()) && steps.ramp.outcome != 'skipped'") => {
                self.failed && ramp_began
            }
            Some(other) => panic!("{other}"),
        }
    }

    fn bash(&mut self, text: &str, own: Variables, answer: &mut dyn FnMut(&Call) -> Answer) {
        assert!(!text.contains("${{"), "{text}: a value could be a command");
        let written = self.machine.work().join("github-env");
        fs::write(&written, "").unwrap();
        let path = pair("GITHUB_ENV", &written.display().to_string());
        let all: Variables = self.known.iter().cloned().chain(own).chain([path]).collect();
        self.failed |= !self.machine.bash(&["-e", "-c", text], &all, answer);
        let written = fs::read_to_string(written).unwrap();
        self.known.extend(written.lines().filter_map(|line| {
            let (name, value) = line.split_once('=')?;
            Some(pair(name, value))
        }));
    }
}

fn gitlab(
    machine: &Machine,
    commit: &str,
    values: &[(String, String)],
    answer: &mut dyn FnMut(&Call) -> Answer,
) -> bool {
    let text = read("gitlab-ci.yml");
    let document = &Yaml::load_from_str(&text).unwrap()[0];
    let folder = machine.work().display().to_string();
    let known =
        [pair("CI_COMMIT_SHA", commit), pair("CI_JOB_ID", "17"), pair("CI_PROJECT_DIR", &folder)];
    let known: Variables = known.into_iter().chain(variables(document, "variables")).collect();
    ["build", "release"].iter().all(|name| {
        let job = &document[*name];
        let mut known: Variables = known
            .iter()
            .cloned()
            .chain(variables(job, "variables"))
            .chain(values.to_vec())
            .collect();
        if job.as_mapping_get("id_tokens").is_some() {
            known.push(pair("AWS_TOKEN", "token"));
        }
        if job.as_mapping_get("environment").is_some() {
            known.push(pair("PREVIEW_KEY", "preview.key"));
        }
        for (_, value) in &mut known {
            *value = value.replace("$CI_PROJECT_DIR", &folder);
        }
        let script = |key: &str| {
            let lines = job.as_mapping_get(key).and_then(Yaml::as_sequence).into_iter().flatten();
            lines.map(|line| line.as_str().unwrap()).collect::<Vec<_>>().join("\n")
        };
        let passed = machine.bash(&["-eo", "pipefail", "-c", &script("script")], &known, answer);
        known.push(pair("CI_JOB_STATUS", if passed { "success" } else { "failed" }));
        machine.bash(&["-eo", "pipefail", "-c", &script("after_script")], &known, answer);
        passed
    })
}

/// Everything is known in the shell that a person starts the script from.
fn shell(machine: &Machine, values: Variables, answer: &mut dyn FnMut(&Call) -> Answer) -> bool {
    let script = file("release.sh").display().to_string();
    let lock = machine.work().join("lock").display().to_string();
    let known =
        [pair("AWS_PROFILE", "shop"), pair("PREVIEW_KEY", "preview.key"), pair("LOCK", &lock)];
    let known: Variables = known.into_iter().chain(values).collect();
    ["build", "release"].iter().all(|part| machine.bash(&[&script, part], &known, answer))
}
