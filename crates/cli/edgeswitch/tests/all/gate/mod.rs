//! `edgeswitch gate`: logs that are written here, and what is said of a release.

pub(crate) mod traffic;

use std::path::PathBuf;

use edge_time::Timestamp;
use edgeswitch::Exit;

use crate::control::world::{HOME, NAME, NOW, PLAN, Ran, World};
use crate::golden;
use traffic::{Site, write_minute};

const MINUTE: i64 = 60_000;

/// A canary of 10 % since ten o'clock, and its logs of `minutes`. It is eleven o'clock.
pub(crate) struct Canary {
    pub(crate) world: World,
    pub(crate) logs: PathBuf,
}

impl Canary {
    pub(crate) async fn of(site: Site, minutes: i64) -> Self {
        let world = World::with_plan().await;
        let stages = r#"[["41ab03d",100]]},{"from":"2026-11-22T10:00:00Z","weights":[["41ab03d",90],["9f2c1e7",10]]}"#;
        world.put(&PLAN.replace(r#"[["41ab03d",100]]}"#, stages)).await;
        world.clock.set(Timestamp(NOW.0 + 60 * MINUTE));
        let logs = world.folder.path().join("logs");
        for minute in 0..minutes {
            write_minute(&logs, Timestamp(NOW.0 + minute * MINUTE), 10.0, site);
        }
        Self { world, logs }
    }

    pub(crate) async fn gate(&self, options: &str) -> Ran {
        self.world.run(&format!("gate 9f2c1e7 --logs {} {options}", self.logs.display())).await
    }
}

#[tokio::test]
async fn each_verdict_has_an_exit_code_of_its_own() {
    let table = [
        (Site::Sound, 40, Exit::Done, "sound"),
        (Site::Broken, 40, Exit::Worse, "broken"),
        (Site::Incomplete, 40, Exit::Worse, "incomplete"),
        (Site::Sound, 5, Exit::CannotTell, "young"),
    ];
    for (site, minutes, exit, name) in table {
        let ran = Canary::of(site, minutes).await.gate("").await;
        assert_eq!(ran.exit, exit, "{name}: {ran:?}");
        golden::check(&format!("gate/golden/{name}.txt"), &ran.out);
        assert_eq!(ran.err, format!("reading {minutes} logs\n"), "{name}");
    }
    assert_eq!([Exit::Done, Exit::CannotTell, Exit::Worse].map(Exit::code), [0, 3, 4]);
}

#[tokio::test]
async fn every_default_is_an_option_and_a_key() {
    let canary = Canary::of(Site::Sound, 40).await;
    let place =
        format!("name = \"shop\"\n[parameter]\nname = \"{NAME}\"\nhome_region = \"{HOME}\"\n");
    let table = [
        ("--min-page-loads 1000", "min_page_loads = 1000", Exit::CannotTell),
        ("--soak 55m", "soak_seconds = 3300", Exit::CannotTell),
        ("--lateness 55m", "lateness_seconds = 3300", Exit::CannotTell),
        ("--alpha 0.2 --share-alpha 0.1", "alpha = 0.2\nshare_alpha = 0.1", Exit::Done),
        (
            "--tolerated-ratio 3 --min-bad-viewers 9",
            "tolerated_ratio = 3.0\nmin_bad_viewers = 9",
            Exit::Done,
        ),
    ];
    for (options, keys, exit) in table {
        let by_option = canary.gate(options).await;
        assert_eq!(by_option.exit, exit, "{options}: {by_option:?}");
        let logs = canary.logs.display();
        canary.world.configure(&format!("{place}[gate]\nlogs = \"{logs}\"\n{keys}\n"));
        let by_key = canary.world.configured("gate 9f2c1e7 --output json").await;
        assert_eq!(by_key.exit, exit, "{keys}: {by_key:?}");
        let words = by_option.out.lines().next().unwrap();
        assert!(by_key.out.contains(words), "{keys}: {words}: {}", by_key.out);
        let ran = canary.gate(&format!("{options} --output json")).await;
        assert_eq!(ran.out, by_key.out, "{options}");
    }
}

#[tokio::test]
async fn bad_input_is_named() {
    let canary = Canary::of(Site::Sound, 1).await;
    let logs = canary.logs.display().to_string();
    let table = [
        (
            "gate 9f2c1e7".to_owned(),
            Exit::Usage,
            "error: no logs: neither `--logs` nor `logs` in [gate] names any\nhint: ",
        ),
        ("gate 9f2c1e7 --logs none".into(), Exit::Failed, "error: read `none`: "),
        (
            format!("gate 41ab03d --logs {logs}"),
            Exit::Failed,
            "error: `41ab03d` has been the active release all the time, so there is nothing to compare it with\n",
        ),
        (
            format!("gate c0ffee1 --logs {logs}"),
            Exit::Failed,
            "error: no plan of the history gives `c0ffee1` a share of the viewers\n",
        ),
        (
            format!("gate 9f2c1e7 --logs {logs} --alpha 2"),
            Exit::Usage,
            "error: invalid error rate `2`: expected more than 0 and at most 0.5\n",
        ),
        (
            format!("gate 9f2c1e7 --logs {logs} --tolerated-ratio 0.5"),
            Exit::Usage,
            "error: invalid tolerated ratio `0.5`: expected at least 1 and less than 32\n",
        ),
    ];
    for (line, exit, begin) in table {
        let ran = canary.world.run(&line).await;
        assert_eq!((ran.exit, ran.out.as_str()), (exit, ""), "{line}: {ran:?}");
        assert!(ran.err.starts_with(begin), "{line}: {}", ran.err);
    }
}

/// The errors of the release can be in the log that is missing.
#[tokio::test]
async fn nothing_is_let_pass_without_all_logs() {
    let canary = Canary::of(Site::Sound, 40).await;
    std::fs::write(canary.logs.join("z.log"), "#Fields: date time x-event\n").unwrap();
    let ran = canary.gate("").await;
    assert_eq!(ran.exit, Exit::CannotTell, "{ran:?}");
    let first = ran.out.lines().next().unwrap();
    assert!(
        first.starts_with("cannot tell: `") && first.contains("z.log` was not read to its end"),
        "{first}"
    );
}

#[tokio::test]
async fn the_report_is_one_page_that_loads_nothing() {
    let canary = Canary::of(Site::Broken, 40).await;
    let file = canary.world.folder.path().join("gate.html");
    let ran = canary.gate(&format!("--report {}", file.display())).await;
    assert_eq!(ran.exit, Exit::Worse, "{ran:?}");
    let page = std::fs::read_to_string(&file).unwrap();
    for part in [
        "<p class=\"verdict worse\">worse: ",
        "Share of 9f2c1e7 in the page loads",
        "Verdict over time",
        "Viewers with a server error",
        "<td role=\"cell\" class=\"text\" data-column=\"release\"><span>9f2c1e7</span></td>",
        "@media print",
        "color-scheme: light dark",
        "name=\"viewport\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(page.matches("<svg ").count(), 3);
    assert!(!page.contains("src=") && !page.contains("href=") && !page.contains("<script"));
    let to = "/none/gate.html";
    let ran = canary.gate(&format!("--report {to}")).await;
    assert!(ran.err.contains(&format!("error: write `{to}`: ")), "{ran:?}");
}
