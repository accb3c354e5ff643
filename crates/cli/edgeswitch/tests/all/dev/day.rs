//! A day of a team that releases sixteen times, by the shell pipeline, against the local CloudFront.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use tempfile::TempDir;

use crate::clock_environment::clock_environment;
use crate::dev::own_project::{CONFIG as OPTIONS, build, control};
use crate::dev::running::Running;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../deploy/pipelines/release.sh");
const RELEASES: usize = 16;
/// Each release with this remainder by four lacks a file of its page.
const BROKEN: usize = 3;

/// Edge locations follow within two seconds.
const CONFIG: &str = r#"
name = "shop"
prefix_template = "/releases/{release}"
release_header = true
[parameter]
name = "/shop/plan"
home_region = "eu-central-1"
[override]
policy = "known-release"
[refresh]
soft_ttl_seconds = 1
hard_ttl_seconds = 2
[slots.blue]
[slots.green]
[dev]
bucket = "bucket"
"#;

/// Builds a page of one script. The script is missing if `broken` is there.
const NPM: &str = r#"#!/usr/bin/env bash
set -e
[ "$1" = run ] || exit 0
rm -rf build && mkdir build
echo "<h1>$(<commit)</h1><script src=/app.js></script>" >build/index.html
echo "User-agent: *" >build/robots.txt
[ -e broken ] || echo "export {}" >build/app.js
"#;
const AWS: &str = "#!/usr/bin/env bash\nexec cp -r \"$4\" \"bucket/releases/${5##*/}\"\n";
const GIT: &str = "#!/usr/bin/env bash\nexec cat commit\n";

fn program(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The folder of the shop, with the programs that the pipeline calls.
fn shop() -> TempDir {
    let shop = TempDir::new().unwrap();
    let programs = shop.path().join("bin");
    fs::create_dir(&programs).unwrap();
    for (name, text) in [("npm", NPM), ("aws", AWS), ("git", GIT)] {
        program(&programs, name, text);
    }
    symlink(env!("CARGO_BIN_EXE_edgeswitch"), programs.join("edgeswitch")).unwrap();
    fs::write(shop.path().join("edgeswitch.toml"), CONFIG).unwrap();
    shop
}

/// Runs both parts of the pipeline.
fn release(shop: &Path, dev: &Running) -> Output {
    let host = dev.word_after("FRA50 at ").trim_end_matches('/');
    let path = format!("{}:/usr/bin:/bin", shop.join("bin").display());
    Command::new("bash")
        .args(["-c", "bash \"$0\" build && bash \"$0\" release", SCRIPT])
        .current_dir(shop)
        .env_clear()
        .envs(clock_environment())
        .envs([
            ("PATH", path.as_str()),
            ("HOST", host),
            ("ALARM", ""),
            ("API", ""),
            ("LOCK", "lock"),
        ])
        .envs([("STEPS", "10,50"), ("EVERY", "1s"), ("USER", "alice")])
        .envs([("AWS_ACCESS_KEY_ID", "any"), ("AWS_SECRET_ACCESS_KEY", "any")])
        .env("AWS_ENDPOINT_URL_SSM", dev.word_after("AWS_ENDPOINT_URL_SSM="))
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// `make day` runs it, in about six minutes; `make test` leaves it out.
#[test]
#[ignore = "it takes minutes: the edge reads the plan in real time"]
fn a_day_of_sixteen_releases() {
    let shop = shop();
    let shop = shop.path();
    build(shop, "000000000000");
    let dev = Running::with(shop, OPTIONS);
    control(shop, &format!("init 000000000000 --slot blue -y {}", dev.local()), &[]);
    let mut active = "000000000000".to_owned();
    for number in 1..=RELEASES {
        let commit = format!("{:012x}", number * 0x00c0_ffee);
        let is_broken = number % 4 == BROKEN;
        fs::write(shop.join("commit"), &commit).unwrap();
        if is_broken {
            fs::write(shop.join("broken"), "").unwrap();
        } else if shop.join("broken").exists() {
            fs::remove_file(shop.join("broken")).unwrap();
        }
        let began = Instant::now();
        let output = release(shop, &dev);
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert_eq!(output.status.success(), !is_broken, "{commit}: {said}");
        if !is_broken {
            active = commit.clone();
        }
        dev.get_until("/", &format!("<h1>{active}</h1>"));
        let end = if is_broken { "refused" } else { "promoted" };
        let seconds = began.elapsed().as_secs();
        println!("{number:2}  {commit}  {end:8}  {seconds:2} s  viewers get {active}");
    }
}
