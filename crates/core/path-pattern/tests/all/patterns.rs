//! Pattern, path, match or not.

use path_pattern::{MAX_PATTERN_LEN, PathPattern};

#[test]
fn patterns_match_as_cloudfront_does() {
    let table = [
        ("/api/*", "/api/carts", true),
        ("/api/*", "/api/", true),
        ("/api/*", "/api", false),
        ("/api/*", "/apis/carts", false),
        ("/api/*", "/API/carts", false),
        ("/api/*", "/v1/api/carts", false),
        ("api/*", "/api/carts", true),
        ("*", "/", true),
        ("*", "/any/thing.js", true),
        ("/", "/", true),
        ("/", "/a", false),
        ("/a", "/a", true),
        ("/a", "/ab", false),
        ("*.jpg", "/images/cat.jpg", true),
        ("*.jpg", "/images/cat.jpeg", false),
        ("/a*.jpg", "/abc/def.jpg", true),
        ("/a*.jpg", "/a.jpg", true),
        ("/a*a.jpg", "/a.jpg", false),
        ("/images/*/thumb/*", "/images/7/thumb/s.jpg", true),
        ("/images/*/thumb/*", "/images/thumb/s.jpg", false),
        ("/v?/a", "/v1/a", true),
        ("/v?/a", "/v/a", false),
        ("/v?/a", "/v10/a", false),
        ("/???", "/abc", true),
        ("/???", "/ab", false),
        ("/a?*", "/a", false),
        ("/a?*", "/ab", true),
        ("*?", "/", false),
        ("*?", "/a", true),
        ("**", "/a", true),
        ("/a**b", "/ab", true),
        ("/a*b*c", "/abbc", true),
        ("/a*b*c", "/acb", false),
        ("/a*?b*c", "/axbc", true),
        ("*ab*ab", "/ab", false),
        ("*ab*ab", "/abab", true),
        ("*ab*ab*", "/ab", false),
        ("*ab*ab*", "/abxab/", true),
        ("/a*b*b*", "/ab", false),
        ("/%20", "/%20", true),
        ("/a%2Fb", "/a/b", false),
    ];
    for (pattern, path, expected) in table {
        let matches = PathPattern::parse(pattern).unwrap().matches(path);
        assert_eq!(matches, expected, "{pattern} on {path}");
    }
}

#[test]
fn a_hard_pattern_on_a_long_path_ends() {
    let hard = PathPattern::parse(&"*a?b".repeat(60)).unwrap();
    assert!(!hard.matches(&format!("/{}", "a".repeat(8_190))));
    assert!(hard.matches(&format!("/{}", "aab".repeat(2_700))));
}

#[test]
fn an_invalid_pattern_is_refused() {
    let long = "a".repeat(MAX_PATTERN_LEN + 1);
    for text in ["", "a b", "a\n", "ä", &long] {
        let problem = PathPattern::parse(text).unwrap_err().to_string();
        assert!(problem.starts_with(&format!("`{text}` is not a path pattern")), "{problem}");
    }
    assert!(PathPattern::parse(&long[1..]).is_ok(), "at the limit");
}
