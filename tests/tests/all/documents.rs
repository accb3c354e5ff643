//! The documents point to files, headings and paths that exist.

use std::fs;
use std::path::{Path, PathBuf};

use testkit::repository;

/// The documents outside the root and `docs/`.
const ELSEWHERE: [&str; 5] = [
    "crates/core/edge-event/README.md",
    "crates/local/cloudfront-sim/DIFFERENCES.md",
    "fixtures/README.md",
    "fuzz/README.md",
    "handlers/entry/README.md",
];

fn documents() -> Vec<PathBuf> {
    let folders = [repository().to_owned(), repository().join("docs")];
    let elsewhere = ELSEWHERE.map(|path| repository().join(path));
    folders.iter().flat_map(|folder| markdown_in(folder)).chain(elsewhere).collect()
}

fn markdown_in(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

/// The targets of a text's links, without those of other sites.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains("://"))
}

/// The anchors that GitHub gives to the headings of `text`.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings.map(|heading| anchor(heading.trim_start_matches('#').trim())).collect()
}

fn anchor(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    heading.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")
}

#[test]
fn every_link_leads_somewhere() {
    let mut checked = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for link in links(&text) {
            let (path, heading) = link.split_once('#').unwrap_or((link, ""));
            let target =
                if path.is_empty() { document.clone() } else { document.with_file_name(path) };
            assert!(target.exists(), "`{link}` in {}", document.display());
            let is_there = heading.is_empty()
                || anchors(&fs::read_to_string(target).unwrap()).contains(&heading.to_owned());
            assert!(is_there, "no heading for `{link}` in {}", document.display());
            checked += 1;
        }
    }
    assert!(checked > 20, "only {checked} links were found");
}

#[test]
fn every_place_to_look_exists() {
    let text = fs::read_to_string(repository().join("ARCHITECTURE.md")).unwrap();
    let (_, table) = text.split_once("## Where to look").unwrap();
    let paths: Vec<_> = table.split('`').skip(1).step_by(2).collect();
    assert!(paths.len() > 10, "only {} paths were found", paths.len());
    for path in paths {
        assert!(repository().join(path).exists(), "`{path}`");
    }
}
