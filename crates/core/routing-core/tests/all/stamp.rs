//! The release cookie's value and the internal header's.

use routing_core::{Assignment, Stamp};

#[test]
fn an_assignment_reads_as_it_was_written() {
    let long = "r".repeat(64);
    let longest = format!("{long}.{long}-18446744073709551615");
    let table = [
        ("9f2c1e7.r12-1", "9f2c1e7", "r12", 1),
        ("a.0-0", "a", "0", 0),
        ("a.r-1-2", "a", "r-1", 2),
        ("a.r--2", "a", "r-", 2),
        ("a-b_c.r_1-10", "a-b_c", "r_1", 10),
        (&longest, &long, &long, usize::MAX),
    ];
    for (text, release, rollout, stage) in table {
        let assignment = Assignment { release, rollout, stage };
        assert_eq!(Assignment::parse(text), Some(assignment), "{text}");
        assert_eq!(Stamp::parse(text), Some(Stamp::Assigned(assignment)), "{text}");
        assert_eq!(assignment.to_string(), text);
    }
}

#[test]
fn a_release_id_alone_is_a_stamp_without_an_assignment() {
    for id in ["9f2c1e7", "a", "0", "r-1", &"x".repeat(64)] {
        let stamp = Stamp::parse(id).unwrap();
        assert_eq!((stamp.release(), stamp.assignment()), (id, None));
        assert_eq!(stamp.to_string(), id);
    }
}

#[test]
fn nothing_else_is_a_stamp() {
    let table = [
        ("empty", ""),
        ("no release", ".r12-1"),
        ("no rollout", "a.-1"),
        ("no stage", "a.r12-"),
        ("no tag", "a."),
        ("no dash", "a.r12"),
        ("a stage that is no number", "a.r12-x"),
        ("a sign", "a.r12-+1"),
        ("a leading zero", "a.r12-01"),
        ("two zeros", "a.r12-00"),
        ("a stage beyond 64 bits", "a.r12-18446744073709551616"),
        ("two dots", "a.b.r12-1"),
        ("spaces", " a.r12-1"),
        ("a path", "../a"),
        ("a line break", "a\r\nset-cookie"),
        ("a leading dash", "-a"),
        ("beyond ASCII", "ä"),
    ];
    for (name, text) in table {
        assert_eq!(Stamp::parse(text), None, "{name}");
        assert_eq!(Assignment::parse(text), None, "{name}");
    }
    assert_eq!(Stamp::parse(&"x".repeat(65)), None, "65 characters");
    assert_eq!(Assignment::parse(&format!("a.{}-1", "r".repeat(65))), None, "65 characters");
}
