mod back_end;

use std::path::Path;
use std::{fs, io};

use edge_time::Timestamp;
use routing_core::{Plan, PlanParts, Release, ReleaseId, StageParts};
use sha2::{Digest, Sha256};

pub(crate) use back_end::BackEnd;

/// The configuration of the sample.
pub(crate) const CONFIG: &str = include_str!("sample/edgeswitch.toml");
/// The follower of the sample with a load balancer.
const LOAD_BALANCER: &str = include_str!("sample/load_balancer.toml");

const INDEX: &str = include_str!("sample/index.html");
const STYLE: &str = include_str!("sample/app.css");
const SCRIPT: &str = include_str!("sample/app.js");
const DETAILS: &str = include_str!("sample/details.js");

#[derive(Debug, Clone, Copy)]
pub(crate) struct SampleRelease {
    pub(crate) id: &'static str,
    pub(crate) colour: &'static str,
    /// The domain name of its back end, as in [`CONFIG`].
    pub(crate) domain: &'static str,
    accent: &'static str,
    headline: &'static str,
}

/// The releases; the active one is first.
pub(crate) const RELEASES: [SampleRelease; 2] = [
    SampleRelease {
        id: "41ab03d",
        colour: "blue",
        domain: "blue-alb.example.com",
        accent: "#1d5fd1",
        headline: "Good coffee from around the corner.",
    },
    SampleRelease {
        id: "9f2c1e7",
        colour: "green",
        domain: "green-alb.example.com",
        accent: "#187a3e",
        headline: "Good coffee from around the corner, now delivered the same day.",
    },
];

/// The configuration of the sample, with or without a load balancer.
pub(crate) fn config(load_balancer: bool) -> String {
    let follower = if load_balancer { LOAD_BALANCER } else { "" };
    format!("{CONFIG}{follower}")
}

/// The sample's first plan: the first release has all traffic from `now` on; the other one is staged.
pub(crate) fn plan(now: Timestamp) -> String {
    let [active, _] = RELEASES;
    let stage = StageParts { from: now, weights: vec![(active.id.into(), 100)] };
    let plan = Plan::try_new(PlanParts {
        revision: 1,
        releases: RELEASES.iter().map(SampleRelease::in_the_plan).collect(),
        rollout: "r1".into(),
        stages: vec![stage],
        lease: None,
        withdrawn: Vec::new(),
    });
    plan_format::to_json(&plan.expect("the tests write the same plan"))
}

/// Writes both releases into the folder of a bucket.
///
/// # Errors
/// When a file cannot be written.
pub(crate) fn write(bucket: &Path) -> io::Result<()> {
    for release in RELEASES {
        let folder = bucket.join("releases").join(release.id);
        fs::create_dir_all(folder.join("assets"))?;
        for (path, text) in release.files() {
            fs::write(folder.join(path), text)?;
        }
    }
    Ok(())
}

impl SampleRelease {
    fn in_the_plan(&self) -> Release {
        Release {
            id: ReleaseId::parse(self.id).expect("the ids of the sample are short hashes"),
            prefix: format!("/releases/{}", self.id),
            origins: vec![("api".into(), self.domain.into())],
            slot: Some(self.colour.into()),
            served_until: None,
        }
    }

    /// The files below the release's prefix: path and text. The name of an asset has a hash of its content.
    fn files(&self) -> [(String, String); 4] {
        let details = self.asset("details", "js", DETAILS, &[]);
        let script = self.asset("app", "js", SCRIPT, &[("details.js", &details.0)]);
        let style = self.asset("app", "css", STYLE, &[]);
        let names = [("app.js", script.0.as_str()), ("app.css", style.0.as_str())];
        let index = ("index.html".to_owned(), self.fill(INDEX, &names));
        let [details, script, style] =
            [details, script, style].map(|(name, text)| (format!("assets/{name}"), text));
        [index, details, script, style]
    }

    fn asset(
        &self,
        stem: &str,
        extension: &str,
        template: &str,
        names: &[(&str, &str)],
    ) -> (String, String) {
        let text = self.fill(template, names);
        let hash: String =
            Sha256::digest(&text).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        (format!("{stem}.{hash}.{extension}"), text)
    }

    fn fill(&self, template: &str, names: &[(&str, &str)]) -> String {
        let own = [
            ("release", self.id),
            ("colour", self.colour),
            ("accent", self.accent),
            ("headline", self.headline),
        ];
        own.iter().chain(names).fold(template.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{{{name}}}}}"), value)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plan_of_the_sample_gives_the_first_release_everything() {
        let plan =
            plan_format::parse(&plan(Timestamp(0)), &plan_format::ReleaseDefaults::default());
        let plan = plan.unwrap();
        let (_, stage) = plan.stage_at(Timestamp(0));
        assert_eq!(plan.releases()[stage.active()].id.as_str(), RELEASES[0].id);
        assert!(plan.servable(RELEASES[1].id).is_some());
    }

    #[test]
    fn files_refer_to_each_other_and_no_placeholder_is_left() {
        for release in RELEASES {
            let files = release.files();
            let [(_, index), (details, _), (script, code), (style, _)] = &files;
            assert!(index.contains(&format!("\"/{script}\"")), "{script}");
            assert!(index.contains(&format!("\"/{style}\"")), "{style}");
            assert!(code.contains(details.strip_prefix("assets/").unwrap()), "{details}");
            assert!(files.iter().all(|(_, text)| !text.contains("{{")), "{}", release.id);
        }
    }

    #[test]
    fn releases_share_no_asset_name() {
        let [blue, green] = RELEASES.map(|release| release.files().map(|(path, _)| path));
        let shared: Vec<&String> = blue.iter().filter(|path| green.contains(path)).collect();
        assert_eq!(shared, ["index.html"]);
    }
}
