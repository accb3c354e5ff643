use super::*;

#[test]
fn a_path_removes_what_it_names() {
    let long = format!("/{}", "a".repeat(3_999));
    let rows = [
        ("one path", "/a.png", "/a.png", true),
        ("another casing", "/a.png", "/A.png", false),
        ("a longer path", "/a.png", "/a.png.br", false),
        ("query strings must be named", "/a.png", "/a.png?x=1", false),
        ("query strings that are named", "/a.png?x=1", "/a.png?x=1", true),
        ("query strings by wildcard", "/a.png*", "/a.png?x=1", true),
        ("a wildcard stands for nothing too", "/a.png*", "/a.png", true),
        ("a folder", "/img/*", "/img/sub/a.png", true),
        ("a folder's own path", "/img/*", "/img", false),
        ("everything", "/*", "/", true),
        ("an inner star is a star", "/a*b", "/axb", false),
        ("an inner star is found", "/a*b", "/a*b", true),
        ("an inner star before a wildcard", "/a*b*", "/a*bc", true),
        ("a question mark is no wildcard", "/a?.png", "/ab.png", false),
        ("the longest path", &long, &long, true),
    ];
    for (name, path, object, removed) in rows {
        let path = InvalidationPath::parse(path).expect("a path that CloudFront takes");
        assert_eq!(path.matches(object), removed, "{name}");
    }
}

#[test]
fn invalid_paths_are_refused_with_a_repair() {
    let rows = [
        ("", "invalidation path `` must begin with `/`"),
        ("a.png", "invalidation path `a.png` must begin with `/`"),
        ("*", "invalidation path `*` must begin with `/`"),
        (
            "/~me/*",
            "invalidation path `/~me/*` must not contain `~` or `%7E`: put `*` in its place",
        ),
        (
            "/%7Eme",
            "invalidation path `/%7Eme` must not contain `~` or `%7E`: put `*` in its place",
        ),
        (
            "/a b",
            "invalidation path `/a b` has characters that a URL cannot have: percent-encode them",
        ),
        (
            "/%7ex*",
            "invalidation path `/%7ex*` must not contain `~` or `%7E`: put `*` in its place",
        ),
        ("/ä", "invalidation path `/ä` has characters that a URL cannot have: percent-encode them"),
    ];
    for (path, message) in rows {
        let refused = InvalidationPath::parse(path).expect_err(path);
        assert_eq!(refused.to_string(), message);
    }
    assert_eq!(
        InvalidationPath::parse(&format!("/{}", "a".repeat(4_000)))
            .expect_err("too long")
            .to_string(),
        "the invalidation path has 4001 characters: at most 4000 are allowed, a `*` shortens it"
    );
}
