//! What is not allowed, and what is said of it.

use crate::config::EVERYTHING;
use edge_config::Config;

/// Name, a line of the smallest file or of everything that is replaced, by what, the message.
const REFUSED: &[(&str, &str, &str, &str)] = &[
    (
        "misspelt key",
        "soft_ttl_seconds = 5",
        "soft_tll = 5",
        "unknown key `soft_tll` in [refresh]: did you mean `soft_ttl_seconds`?",
    ),
    (
        "misspelt key at the top",
        "decide_at",
        "decided_at",
        "unknown key `decided_at` at the top of the file: did you mean `decide_at`?",
    ),
    (
        "misspelt table",
        "[documents]",
        "[document]",
        "unknown key `document` at the top of the file: did you mean `documents`?",
    ),
    (
        "misspelt key of a list",
        "path = \"/api/*\"",
        "paths = \"/api/*\"",
        "unknown key `paths` in [[routes]]: did you mean `path`?",
    ),
    (
        "key in the wrong table",
        "index = ",
        "budget_milliseconds = 5\nindex = ",
        "unknown key `budget_milliseconds` in [documents]: it belongs in [refresh]",
    ),
    (
        "key below a table that belongs above",
        "index = ",
        "crawlers = []\nindex = ",
        "unknown key `crawlers` in [documents]: it belongs at the top of the file",
    ),
    ("key left out", "name = \"shop\"\n", "", "the file: missing field `name`"),
    (
        "crawler's mark that marks none",
        "\"examplebot\"",
        "\"b\"",
        "crawlers[0]: `b` is not a part of a User-Agent: allowed are 2 to 128 printable ASCII characters",
    ),
    (
        "name",
        "name = \"shop\"",
        "name = \"the shop\"",
        "name: `the shop` is not a name: allowed are 1 to 64 of A-Z, a-z, 0-9, `_` and `-`, a letter or \
         digit first",
    ),
    (
        "wrong type",
        "soft_ttl_seconds = 5",
        "soft_ttl_seconds = \"5\"",
        "refresh.soft_ttl_seconds: invalid type: string \"5\", expected a whole number",
    ),
    (
        "soft TTL of nothing",
        "soft_ttl_seconds = 5",
        "soft_ttl_seconds = 0",
        "refresh.soft_ttl_seconds: 0 is out of range: allowed are 1 to 3600",
    ),
    (
        "hard TTL as short as the soft one",
        "hard_ttl_seconds = 20",
        "hard_ttl_seconds = 5",
        "refresh.hard_ttl_seconds: 5 is not above the soft TTL: allowed are 6 to 86400",
    ),
    (
        "budget above what init has",
        "budget_milliseconds = 300",
        "budget_milliseconds = 3001",
        "refresh.budget_milliseconds: 3001 is out of range: allowed are 50 to 3000",
    ),
    (
        "cookie for too long",
        "max_age_seconds = 0",
        "max_age_seconds = 2592001",
        "cookies.max_age_seconds: 2592001 is out of range: allowed are 0 to 2592000",
    ),
    (
        "cookie of the past",
        "max_age_seconds = 0",
        "max_age_seconds = -1",
        "cookies.max_age_seconds: -1 is out of range: allowed are 0 to 2592000",
    ),
    (
        "cookie name with a space",
        "\"shop-release\"",
        "\"shop release\"",
        "cookies.release: `shop release` is not a cookie's name: allowed are up to 64 letters, digits and \
         `!#%&'*+-.^_`|~`",
    ),
    (
        "one name for both cookies",
        "\"shop-override\"",
        "\"shop-release\"",
        "cookies.override: `shop-release` is the name of the release cookie too: the names differ",
    ),
    (
        "index document from the root",
        "\"app/index.html\"",
        "\"/index.html\"",
        "documents.index: `/index.html` is not an object's name: allowed are a path below the release's \
         prefix, such as `index.html`, without a leading `/`, of A-Z, a-z, 0-9 and `!-_.*'()/`",
    ),
    (
        "path pattern",
        "\"/files/*\"",
        "\"\"",
        "documents.exclude[1]: `` is not a path pattern: expected 1 to 255 printable ASCII characters \
         without spaces, where `*` matches any run of characters and `?` exactly one",
    ),
    (
        "key of an earlier version",
        "layout = \"folders\"",
        "single_page_fallback = false",
        "unknown key `single_page_fallback` in [documents]: use `layout`: \"single-page\" for `true`, \
         \"files\" for `false`",
    ),
    (
        "layout",
        "\"folders\"",
        "\"folder\"",
        "documents.layout: unknown variant `folder`, expected one of `single-page`, `folders`, `html`, \
         `files`",
    ),
    (
        "index document of a pattern",
        "\"de/index.html\"",
        "\"de//index.html\"",
        "documents.indexes.\"/de/*\": `de//index.html` is not an object's name: allowed are a path below the \
         release's prefix, such as `index.html`, without a leading `/`, of A-Z, a-z, 0-9 and `!-_.*'()/`",
    ),
    (
        "pattern of an index document",
        "\"/de/*\"",
        "\"/d e/*\"",
        "documents.indexes.\"/d e/*\": `/d e/*` is not a path pattern: expected 1 to 255 printable ASCII \
         characters without spaces, where `*` matches any run of characters and `?` exactly one",
    ),
    (
        "page for a missing page, upwards",
        "\"404.html\"",
        "\"../404.html\"",
        "documents.not_found: `../404.html` is not an object's name: allowed are a path below the release's \
         prefix, such as `index.html`, without a leading `/`, of A-Z, a-z, 0-9 and `!-_.*'()/`",
    ),
    (
        "file type with its dot",
        "\"usdz\"",
        "\".usdz\"",
        "documents.file_types[0]: `.usdz` is not a file type: allowed are 1 to 16 of a-z and 0-9, without a dot",
    ),
    (
        "file type in capitals",
        "\"usdz\"",
        "\"USDZ\"",
        "documents.file_types[0]: `USDZ` is not a file type: allowed are 1 to 16 of a-z and 0-9, without a dot",
    ),
    (
        "file type without a letter",
        "\"usdz\"",
        "\"\"",
        "documents.file_types[0]: `` is not a file type: allowed are 1 to 16 of a-z and 0-9, without a dot",
    ),
    (
        "pages in words",
        "pages = true",
        "pages = \"yes\"",
        "routes[1].pages: invalid type: string \"yes\", expected a boolean",
    ),
    (
        "partitioned in words",
        "partitioned = true",
        "partitioned = \"yes\"",
        "cookies.partitioned: invalid type: string \"yes\", expected a boolean",
    ),
    (
        "token of no day",
        "max_days = 90",
        "max_days = 0",
        "override.max_days: 0 is out of range: allowed are 1 to 3650",
    ),
    (
        "token of eleven years",
        "max_days = 90",
        "max_days = 3651",
        "override.max_days: 3651 is out of range: allowed are 1 to 3650",
    ),
    (
        "misspelt key of what is allowed",
        "prefixes = [",
        "prefix = [",
        "unknown key `prefix` in [allow]: did you mean `prefixes`?",
    ),
    (
        "allowed domain with a scheme",
        "\"red-alb.example.com\"",
        "\"https://red\"",
        "allow.domains[1]: `https://red` is not a domain name: lower-case letters, digits, `-` and `.`, no \
         port, no IP address, at most 253 characters",
    ),
    (
        "allowed prefix",
        "\"/web/*/app\"",
        "\"/web /*\"",
        "allow.prefixes[0]: `/web /*` is not a path pattern: expected 1 to 255 printable ASCII characters \
         without spaces, where `*` matches any run of characters and `?` exactly one",
    ),
    (
        "fallback's domain that is not allowed",
        "origins.api = \"blue-alb.example.com\"",
        "origins.api = \"green-alb.example.com\"",
        "fallback.releases.zzz.origins.api: `green-alb.example.com` is not allowed by `domains` in [allow]",
    ),
    (
        "fallback's prefix that is not allowed",
        "prefix = \"/aaa\"",
        "prefix = \"/bbb\"",
        "fallback.releases.aaa.prefix: `/bbb` is not allowed by `prefixes` in [allow]",
    ),
    (
        "route to nowhere",
        "origin = \"api\"",
        "origin = \"apii\"",
        "routes[0].origin: `apii` is not an origin key of [slots]: did you mean `api`?",
    ),
    (
        "slot's domain",
        "api = \"blue-alb.example.com\"\n\n[fallback]",
        "api = \"https://blue\"\n\n[fallback]",
        "slots.blue.api: `https://blue` is not a domain name: lower-case letters, digits, `-` and `.`, no \
         port, no IP address, at most 253 characters",
    ),
    (
        "trigger",
        "\"origin-request\"",
        "\"viewer\"",
        "decide_at: unknown variant `viewer`, expected `viewer-request` or `origin-request`",
    ),
    (
        "policy",
        "\"known-release\"",
        "\"on\"",
        "override.policy: unknown variant `on`, expected one of `off`, `known-release`, `signed`",
    ),
    (
        "public key",
        "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"",
        "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUR\"",
        "override.public_keys[0]: `11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUR` is not a key: allowed is the \
         base64url of 32 bytes, 43 characters without `=`",
    ),
    (
        "three public keys",
        "public_keys = [",
        "public_keys = [\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\", \
         \"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\", ",
        "override.public_keys: 3 public keys are too many: at most 2 are allowed",
    ),
    (
        "parameter's name",
        "\"/shop/plan\"",
        "\"/aws/plan\"",
        "parameter.name: `/aws/plan` is not a parameter's name: allowed are up to 1011 of A-Z, a-z, 0-9, \
         `_`, `.`, `-` and `/`, at most 15 levels, none empty, the first not beginning with `aws` or `ssm`",
    ),
    (
        "home Region",
        "\"eu-central-1\"",
        "\"Frankfurt\"",
        "parameter.home_region: `Frankfurt` is not a Region: allowed are a Region's code, such as \
         `eu-central-1`",
    ),
    (
        "replica at home",
        "\"us-east-1\"",
        "\"eu-central-1\"",
        "parameter.replica_regions[0]: duplicate `eu-central-1`: each must be named once, and not the \
         home Region",
    ),
    (
        "distribution",
        "\"E2QWRUHAPOMQZL\"",
        "\"d111111abcdef8.cloudfront.net\"",
        "distribution_id: `d111111abcdef8.cloudfront.net` is not a distribution's id: allowed are its id, \
         such as `E2QWRUHAPOMQZL`",
    ),
    (
        "bucket",
        "\"shop-releases\"",
        "\"s3://shop-releases\"",
        "bucket: `s3://shop-releases` is not a bucket's name: allowed are 3 to 63 of a-z, 0-9, `.` and `-`, \
         a letter or digit first and last",
    ),
    (
        "prefix template without a release",
        "\"/web/{release}/app\"",
        "\"/web\"",
        "prefix_template: `/web` does not name `{release}`: allowed is a path such as \
         `/releases/{release}`, with `{release}` once",
    ),
    (
        "beacon without a slash",
        "\"/_b\"",
        "\"_b\"",
        "observe.beacon: `_b` is not a path: allowed are 2 to 128 of A-Z, a-z, 0-9 and `-._~/`, `/` first \
         and no `//`, not below `/_r/`",
    ),
    (
        "beacon in place of the start page",
        "\"/_b\"",
        "\"/\"",
        "observe.beacon: `/` is not a path: allowed are 2 to 128 of A-Z, a-z, 0-9 and `-._~/`, `/` first \
         and no `//`, not below `/_r/`",
    ),
    (
        "beacon in place of the answer to a reload",
        "\"/_b\"",
        "\"/_r/\"",
        "observe.beacon: `/_r/` is not a path: allowed are 2 to 128 of A-Z, a-z, 0-9 and `-._~/`, `/` first \
         and no `//`, not below `/_r/`",
    ),
    (
        "beacon that is a pattern",
        "\"/_b\"",
        "\"/_b*\"",
        "observe.beacon: `/_b*` is not a path: allowed are 2 to 128 of A-Z, a-z, 0-9 and `-._~/`, `/` first \
         and no `//`, not below `/_r/`",
    ),
    (
        "fallback's weight",
        "[\"aaa\", 100]",
        "[\"aaa\", 1000]",
        "fallback: stages[0].weights: weight 1000 of `aaa` is above 999",
    ),
];

#[test]
fn what_is_not_allowed_is_named_with_what_is() {
    for (name, line, by, message) in REFUSED {
        assert!(EVERYTHING.contains(line), "{name}: no such line");
        let text = EVERYTHING.replacen(line, by, 1);
        let error = Config::from_toml(&text).unwrap_err();
        assert_eq!(error.to_string(), *message, "{name}");
    }
}

#[test]
fn a_syntax_error_says_where() {
    let error = Config::from_toml("name = shop").unwrap_err().to_string();
    assert!(error.contains("line 1, column 8"), "{error}");
    let error = Config::from_json("{\"name\": shop}").unwrap_err().to_string();
    assert!(error.contains("line 1 column 10"), "{error}");
}
