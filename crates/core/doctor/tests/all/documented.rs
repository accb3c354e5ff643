//! `docs/doctor.md` has a row for each check. `UPDATE_EXPECT=1` rewrites its table.

use std::fs;
use std::path::Path;

use doctor::Check;

const BEGINS: &str = "| check | expects | because | AWS's page |\n| --- | --- | --- | --- |\n";

fn table() -> String {
    let row = |check: Check| {
        let about = check.about();
        let page = about.page();
        let name = page.rsplit('/').next().unwrap().trim_end_matches(".html");
        format!("| `{}` | {} | {} | [{name}]({page}) |\n", about.id, about.what, about.reason)
    };
    Check::ALL.map(row).concat()
}

#[test]
fn the_document_and_the_checks_agree() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/doctor.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGINS).unwrap();
    let (rows, after) = rest.split_once("\n\n").unwrap();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, format!("{before}{BEGINS}{}\n{after}", table())).unwrap();
        return;
    }
    assert_eq!(format!("{rows}\n"), table());
}

#[test]
fn ids_are_unique_and_for_programs() {
    let mut ids = Check::ALL.map(|check| check.about().id);
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]));
    let is_plain = |id: &str| id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    assert!(ids.iter().all(|id| is_plain(id)));
}
