//! The matcher against a slow one that follows the definition.

use path_pattern::PathPattern;
use proptest::prelude::*;

proptest! {
    #[test]
    fn patterns_match_as_their_definition_says(pattern in "/?[ab*?]{1,8}", path in "/[ab]{0,10}") {
        let parsed = PathPattern::parse(&pattern).unwrap();
        let expected = by_definition(pattern.trim_start_matches('/').as_bytes(), &path.as_bytes()[1..]);
        prop_assert_eq!(parsed.matches(&path), expected);
    }
}

/// The definition, one character after the other.
fn by_definition(pattern: &[u8], path: &[u8]) -> bool {
    match (pattern, path) {
        ([], rest) => rest.is_empty(),
        ([b'*', after @ ..], rest) => {
            by_definition(after, rest) || !rest.is_empty() && by_definition(pattern, &rest[1..])
        }
        ([b'?', after @ ..], [_, rest @ ..]) => by_definition(after, rest),
        ([wanted, after @ ..], [found, rest @ ..]) => wanted == found && by_definition(after, rest),
        ([_, ..], []) => false,
    }
}
