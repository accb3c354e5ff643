//! Values, and their encodings.

use access_log::{Field, Reader, ResultType};

use crate::support::bytes;

/// Reads one row with these columns.
fn with_row(columns: &[(&str, &str)], check: impl FnOnce(access_log::Row<'_>)) {
    let (names, values): (Vec<_>, Vec<_>) = columns.iter().copied().unzip();
    let log = format!("#Fields: {}\n{}\n", names.join(" "), values.join("\t"));
    let mut reader = Reader::new(log.as_bytes());
    check(reader.next_row().unwrap().unwrap());
}

#[test]
fn one_layer_of_encoding_is_removed() {
    let table = [
        ("/", "/"),
        ("/a%2520b", "/a%20b"),
        ("/%25E5", "/%E5"),
        ("/caf%25C3%25A9", "/caf%C3%A9"),
        ("10.0.0.1,\\x2010.0.0.2", "10.0.0.1, 10.0.0.2"),
        ("a%5Cx20", "a\\x20"),
        ("a\\x", "a\\x"),
        ("a\\xff\\x20", "a\\xff "),
        ("100%", "100%"),
        ("%zz", "%zz"),
        ("%FF", "\u{fffd}"),
    ];
    for (logged, sent) in table {
        with_row(&[("cs-uri-stem", logged)], |row| {
            assert_eq!(row.decoded(Field::UriStem).as_deref(), Some(sent), "{logged}");
        });
    }
}

#[test]
fn a_user_agent_is_read_in_both_encodings() {
    let table = [
        ("Mozilla/5.0%20(X11)", "Mozilla/5.0 (X11)"),
        ("Mozilla/5.0%2520(X11)", "Mozilla/5.0 (X11)"),
        ("My%2520App/1%20CFNetwork/1", "My%20App/1 CFNetwork/1"),
        ("My%252520App/1%2520CFNetwork/1", "My%20App/1 CFNetwork/1"),
        ("curl/8.5", "curl/8.5"),
        ("Mozilla/5.0 (X11)", "Mozilla/5.0 (X11)"),
    ];
    for (logged, sent) in table {
        with_row(&[("cs(User-Agent)", logged)], |row| {
            assert_eq!(row.user_agent().as_deref(), Some(sent), "{logged}");
        });
    }
}

#[test]
fn cookies_are_found_however_their_spaces_are_written() {
    let table = [
        ("release=41ab03d.r12-1", Some("41ab03d.r12-1")),
        ("a=1;%20release=41ab03d", Some("41ab03d")),
        ("a=1;%2520release=41ab03d;%2520b=2", Some("41ab03d")),
        ("a=1; release=41ab03d", Some("41ab03d")),
        ("release=one;%20release=two", Some("one")),
        ("a=release=41ab03d", None),
        ("xrelease=41ab03d", None),
        ("release", Some("")),
        ("zip 98101", None),
        ("-", None),
    ];
    for (logged, value) in table {
        with_row(&[("cs(Cookie)", logged)], |row| {
            assert_eq!(row.cookie("release"), value, "{logged}");
        });
    }
}

#[test]
fn parameters_of_a_content_type_are_found() {
    let table = [
        ("text/html;%20charset=utf-8;%20release=41ab03d", "text/html", Some("41ab03d")),
        ("text/html;release=41ab03d", "text/html", Some("41ab03d")),
        ("text/html;%2520Release=41ab03d", "text/html", Some("41ab03d")),
        ("text/html", "text/html", None),
        ("release=41ab03d", "release", None),
    ];
    for (logged, kind, release) in table {
        with_row(&[("sc-content-type", logged)], |row| {
            assert_eq!(row.content_type(), Some(kind), "{logged}");
            assert_eq!(row.content_type_parameter("release"), release, "{logged}");
        });
    }
}

#[test]
fn the_time_is_that_of_the_finest_field() {
    let day = [("date", "2026-11-22"), ("time", "10:10:00")];
    with_row(&day, |row| assert_eq!(row.unix_ms(), Some(1_795_342_200_000)));
    let finer = [("date", "2026-11-22"), ("time", "10:10:00"), ("timestamp(ms)", "1795342200814")];
    with_row(&finer, |row| assert_eq!(row.unix_ms(), Some(1_795_342_200_814)));
    with_row(&[("sc-status", "200")], |row| assert_eq!(row.unix_ms(), None));
}

#[test]
fn numbers_are_read_and_dashes_are_none() {
    let columns = [("sc-status", "000"), ("sc-bytes", "5368709120"), ("time-taken", "0.489")];
    with_row(&columns, |row| {
        assert_eq!(row.status(), Some(0));
        assert_eq!(row.number(Field::Bytes), Some(5_368_709_120));
        assert_eq!(row.seconds(Field::TimeTaken), Some(0.489));
        assert_eq!(row.seconds(Field::OriginFirstByte), None);
    });
    with_row(&[("sc-status", "-"), ("time-taken", "NaN")], |row| {
        assert_eq!((row.status(), row.seconds(Field::TimeTaken)), (None, None));
    });
}

#[test]
fn result_types_keep_their_names() {
    let log = bytes("legacy-33-fields.log");
    let mut reader = Reader::open(&log[..]).unwrap();
    let mut results = Vec::new();
    while let Some(row) = reader.next_row().unwrap() {
        let names = [row.result(), row.response_result(), row.detailed_result()];
        results.push(names.map(|name| name.unwrap().to_string()).join(" "));
        if let Some(ResultType::Other(name)) = row.result() {
            assert_eq!(name, "TeleportedResponse");
        }
    }
    let expected = [
        "Hit Hit Hit",
        "Hit Hit Hit",
        "Error Miss ClientHungUpRequest",
        "TeleportedResponse Miss TeleportedResponse",
    ];
    assert_eq!(results, expected);
    assert_eq!(ResultType::from_name("LambdaExecutionError"), ResultType::LambdaExecutionError);
}
