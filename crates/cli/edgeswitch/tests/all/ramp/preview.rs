use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use edge_time::{Clock, Timestamp};
use edgeswitch::Exit;
use override_token::{Keys, PublicKey};
use routing_core::{TokenProblem, VerifyToken};
use tempfile::TempDir;

use crate::ramp::world::{HOME, NAME, NOW, Ran, World, put, run};

/// A project's folder, with a key that its configuration trusts.
struct Project {
    world: World,
    folder: TempDir,
    public_key: String,
}

impl Project {
    async fn new(policy: &str) -> Self {
        let (world, folder) = (World::new().await, TempDir::new().unwrap());
        let mut project = Self { world, folder, public_key: String::new() };
        let made = project.keygen("preview.key", "").await;
        assert_eq!(made.exit, Exit::Done, "{made:?}");
        project.public_key = made.out.trim().into();
        project.configure(policy, &project.public_key);
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn configure(&self, policy: &str, public_key: &str) {
        let text = format!(
            "name = \"shop\"\nprefix_template = \"/releases/{{release}}\"\n[parameter]\nname = \"{NAME}\"\nhome_region = \"{HOME}\"\n\
             [override]\npolicy = \"{policy}\"\npublic_keys = [\"{public_key}\"]\n"
        );
        fs::write(self.path("edgeswitch.toml"), text).unwrap();
    }

    async fn keygen(&self, name: &str, options: &str) -> Ran {
        let line = format!("preview keygen --key {} {options}", self.path(name).display());
        run(&self.world.cloud, &self.world.clock, &line, None).await
    }

    /// Runs `preview` with the key of that name.
    async fn preview(&self, arguments: &str, key: &str) -> Ran {
        let (config, key) = (self.path("edgeswitch.toml"), self.path(key));
        let line =
            format!("preview {arguments} --config {} --key {}", config.display(), key.display());
        run(&self.world.cloud, &self.world.clock, &line, None).await
    }

    fn keys(&self) -> Keys {
        Keys::try_new(vec![PublicKey::parse(&self.public_key).unwrap()]).unwrap()
    }
}

fn token(link: &str) -> &str {
    let (_, token) = link.split_once("__release=").unwrap();
    token.split('#').next().unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test(start_paused = true)]
async fn a_link_is_what_the_edge_verifies() {
    let project = Project::new("signed").await;
    let ran = project.preview("9f2c1e7 --host shop.example.com --ttl 2h", "preview.key").await;
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    let link = ran.out.trim();
    assert!(link.starts_with("https://shop.example.com/?__release="), "{link}");
    let (keys, now) = (project.keys(), project.world.clock.now());
    let claim = keys.verify(token(link), Some("shop.example.com"), now).unwrap();
    let end = Timestamp(NOW.0 + 2 * 3_600_000);
    assert_eq!((claim.release.as_str(), claim.expires), ("9f2c1e7", end));
    let elsewhere = keys.verify(token(link), Some("shop.example.org"), now);
    assert_eq!(elsewhere.unwrap_err(), TokenProblem::WrongHost);
    let late = keys.verify(token(link), Some("shop.example.com"), end);
    assert_eq!(late.unwrap_err(), TokenProblem::Expired);
}

#[tokio::test(start_paused = true)]
async fn every_host_gets_every_path() {
    let project = Project::new("signed").await;
    let arguments =
        "9f2c1e7 --host shop.example.com --host 127.0.0.1:8080 --path / --path /cart?step=2#pay";
    let ran = project.preview(arguments, "preview.key").await;
    let links: Vec<&str> = ran.out.lines().collect();
    let starts = [
        "https://shop.example.com/?__release=",
        "https://shop.example.com/cart?step=2&__release=",
        "http://127.0.0.1:8080/?__release=",
        "http://127.0.0.1:8080/cart?step=2&__release=",
    ];
    assert_eq!(links.len(), starts.len(), "{ran:?}");
    for (link, start) in links.iter().zip(starts) {
        assert!(link.starts_with(start), "{link}");
    }
    assert!(links[1].ends_with("#pay"), "{}", links[1]);
    let local =
        project.keys().verify(token(links[2]), Some("127.0.0.1:8080"), project.world.clock.now());
    assert!(local.is_ok(), "{local:?}");
}

#[tokio::test(start_paused = true)]
async fn without_a_host_a_link_is_good_for_any() {
    let project = Project::new("signed").await;
    let ran = project.preview("9f2c1e7", "preview.key").await;
    assert!(ran.out.starts_with("/?__release="), "{ran:?}");
    let now = project.world.clock.now();
    assert!(project.keys().verify(token(ran.out.trim()), Some("any.example.com"), now).is_ok());
    assert_eq!(ran.err, "the links show 9f2c1e7 until 18:00:00 UTC\n");
}

#[tokio::test(start_paused = true)]
async fn off_ends_a_preview() {
    let world = World::new().await;
    let line = "preview off --host shop.example.com --path / --path /cart";
    let ran = run(&world.cloud, &world.clock, line, None).await;
    let expected =
        "https://shop.example.com/?__release=off\nhttps://shop.example.com/cart?__release=off\n";
    assert_eq!(ran.out, expected, "{ran:?}");
}

#[tokio::test(start_paused = true)]
async fn known_releases_need_no_key() {
    let project = Project::new("known-release").await;
    let config = project.path("edgeswitch.toml");
    let line = format!("preview 9f2c1e7 --config {}", config.display());
    let ran = run(&project.world.cloud, &project.world.clock, &line, None).await;
    assert_eq!(ran.out, "/?__release=9f2c1e7\n", "{ran:?}");
}

#[tokio::test(start_paused = true)]
async fn a_new_key_is_for_its_owner_alone_and_is_never_overwritten() {
    let project = Project::new("signed").await;
    let path = project.path("preview.key");
    assert_eq!(mode(&path), 0o600);
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        text.contains(&project.public_key) && text.contains("expires = \"2027-11-22T10:00:00Z\""),
        "{text}"
    );
    let again = project.keygen("preview.key", "").await;
    assert_eq!(again.exit, Exit::Failed);
    assert!(again.err.contains("already exists: keys are not overwritten"), "{again:?}");
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert!(!again.out.contains(&project.public_key), "{again:?}");
}

#[tokio::test(start_paused = true)]
async fn a_qr_code_has_the_quiet_zone_that_scanners_need() {
    let project = Project::new("signed").await;
    let ran = project.preview("9f2c1e7 --host shop.example.com --qr", "preview.key").await;
    let rows: Vec<&str> = ran.out.lines().skip(1).collect();
    let width = rows[0].chars().count();
    assert!(rows.len() > 30 && rows.len().abs_diff(width / 2) <= 1, "{}", ran.out);
    assert!(rows.iter().all(|row| row.chars().count() == width), "{}", ran.out);
    assert!(rows[0].chars().all(|cell| cell == '█'), "{}", ran.out);
}

#[tokio::test(start_paused = true)]
async fn as_json_links_come_with_their_end() {
    let project = Project::new("signed").await;
    let ran = project.preview("9f2c1e7 --output json --ttl 1h", "preview.key").await;
    let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&value["schema"], &value["release"]), (&1.into(), &"9f2c1e7".into()));
    assert_eq!(value["expires"], "2026-11-22T11:00:00Z");
    assert_eq!(value["links"].as_array().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn bad_keys_sign_nothing() {
    let project = Project::new("signed").await;
    project.keygen("other.key", "").await;
    project.keygen("short.key", "--lasts 1s").await;
    fs::copy(project.path("preview.key"), project.path("open.key")).unwrap();
    fs::set_permissions(project.path("open.key"), fs::Permissions::from_mode(0o644)).unwrap();
    for (name, text) in
        [("empty.key", ""), ("bad.key", "private_key = \"x\"\nexpires = \"2027-01-01T00:00:00Z\"")]
    {
        fs::write(project.path(name), text).unwrap();
        fs::set_permissions(project.path(name), fs::Permissions::from_mode(0o600)).unwrap();
    }
    tokio::time::advance(std::time::Duration::from_secs(2)).await;
    let table = [
        (
            "none.key",
            "there is no key to sign with",
            "`edgeswitch preview keygen` makes one",
            Exit::Usage,
        ),
        ("open.key", "has mode 0644: others can read it", "chmod 600 ", Exit::Failed),
        ("short.key", "expired on 2026-11-22T10:00:0", "make another", Exit::Failed),
        (
            "other.key",
            "`public_keys` does not have the key",
            "add it to `public_keys`",
            Exit::Failed,
        ),
        ("empty.key", "`private_key` and `expires` are needed", "make another", Exit::Failed),
        ("bad.key", "`the private key` is not a key", "make another", Exit::Failed),
    ];
    for (key, problem, hint, exit) in table {
        let ran = project.preview("9f2c1e7", key).await;
        assert_eq!(ran.exit, exit, "{key}: {ran:?}");
        assert!(ran.err.contains(problem) && ran.err.contains(hint), "{key}: {}", ran.err);
        assert_eq!(ran.out, "", "{key}");
    }
}

#[tokio::test(start_paused = true)]
async fn bad_releases_and_places_get_no_link() {
    let project = Project::new("signed").await;
    let withdrawn =
        crate::ramp::world::PLAN.replace("\"rollout\"", "\"withdrawn\":[\"0badc0d\"],\"rollout\"");
    put(&project.world.cloud.store, &withdrawn).await;
    let table = [
        ("c0ffee1", "`c0ffee1` is not registered", Exit::Failed),
        ("0badc0d", "`0badc0d` is withdrawn", Exit::Failed),
        ("../etc", "../etc", Exit::Usage),
        ("9f2c1e7 --host https://shop.example.com/cart", "invalid host", Exit::Usage),
        ("9f2c1e7 --host ftp://shop.example.com", "invalid host", Exit::Usage),
        ("9f2c1e7 --path cart", "invalid path", Exit::Usage),
        ("9f2c1e7 --path //evil.example.com", "invalid path", Exit::Usage),
        ("9f2c1e7 --ttl forever", "invalid duration", Exit::Usage),
        ("9f2c1e7 --ttl 31days", "a link can be valid for at most 30 days", Exit::Usage),
    ];
    for (arguments, problem, exit) in table {
        let ran = project.preview(arguments, "preview.key").await;
        assert_eq!(ran.exit, exit, "{arguments}: {ran:?}");
        assert!(ran.err.contains(problem), "{arguments}: {}", ran.err);
    }
    project.configure("off", &project.public_key);
    let off = project.preview("9f2c1e7", "preview.key").await;
    assert!(off.err.contains("`override.policy` is `off`"), "{off:?}");
}
