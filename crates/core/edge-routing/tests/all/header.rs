//! Which headers are ours alone.

use edge_routing::{
    DECIDED_AT_HEADER, NOT_FOUND_HEADER, PINNED_HEADER, PREVIEW_HEADER, REASON_HEADER,
    RELEASE_HEADER, ROLE_HEADER, is_internal,
};

#[test]
fn every_header_of_ours_is_internal_in_any_case() {
    let ours = [
        DECIDED_AT_HEADER,
        NOT_FOUND_HEADER,
        PINNED_HEADER,
        PREVIEW_HEADER,
        REASON_HEADER,
        RELEASE_HEADER,
        ROLE_HEADER,
        "x-bluegreen-",
        "x-bluegreen-later",
        "X-BlueGreen-Release",
    ];
    for name in ours {
        assert!(is_internal(name) && is_internal(&name.to_ascii_uppercase()), "{name}");
    }
    for name in [
        "",
        "x",
        "x-bluegreen",
        "x-blue-green-release",
        "x-release",
        "xx-bluegreen-a",
        "\u{e9}-bluegreen-a",
    ] {
        assert!(!is_internal(name), "{name}");
    }
}
