use edge_time::Timestamp;

/// Reads a time of CloudWatch: RFC 3339, or with an offset that has no colon (`2019-10-02T17:04:40.989+0000`).
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    if let Ok(at) = Timestamp::parse(text) {
        return Some(at);
    }
    let (rest, minutes) = text.split_at_checked(text.len().checked_sub(2)?)?;
    Timestamp::parse(&format!("{rest}:{minutes}")).ok()
}

#[cfg(test)]
mod tests {
    use edge_time::Timestamp;

    use super::parse;

    #[test]
    fn an_offset_needs_no_colon() {
        let rows = [
            ("CloudWatch", "2019-10-02T17:04:40.989+0000", Some(1_570_035_880_989)),
            ("another zone", "2019-10-02T19:04:40.989+0200", Some(1_570_035_880_989)),
            ("RFC 3339", "2019-10-02T17:04:40Z", Some(1_570_035_880_000)),
            ("no zone", "2019-10-02T17:04:40", None),
            ("not ASCII", "2019-10-02T17:04:40é", None),
            ("empty", "", None),
        ];
        for (name, text, expected) in rows {
            assert_eq!(parse(text), expected.map(Timestamp), "{name}");
        }
    }
}
