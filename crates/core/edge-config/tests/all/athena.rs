use edge_config::{Athena, Config};

const BASE: &str = "name = \"shop\"\n[parameter]\nname = \"/shop/plan\"\nhome_region = \"eu-central-1\"\n[observe]\n";

#[test]
fn the_keys_are_read_and_stay_out_of_the_packages() {
    let keys = "athena_workgroup = \"logs\"\nathena_output = \"s3://answers/a/\"\nathena_database = \"cdn_2\"\n";
    let text = format!("{BASE}{keys}");
    let expected = Athena {
        workgroup: Some("logs".into()),
        output: Some("s3://answers/a/".into()),
        database: Some("cdn_2".into()),
    };
    assert_eq!(Athena::from_toml(&text), Ok(expected));
    assert_eq!(Athena::from_toml(BASE), Ok(Athena::default()));
    assert_eq!(Config::from_toml(&text), Config::from_toml(BASE));
}

#[test]
fn a_wrong_value_is_named() {
    for (key, value, problem) in [
        (
            "athena_output",
            "\"answers\"",
            "`answers` is not an address in S3: expected `s3://BUCKET/PREFIX/`",
        ),
        ("athena_output", "\"s3:///a\"", "`s3:///a` is not an address in S3"),
        (
            "athena_database",
            "\"a`b\"",
            "`a`b` is not the name of a database: allowed are 1 to 255 of a-z, 0-9 and _",
        ),
        ("athena_database", "\"\"", "`` is not the name of a database"),
        ("athena_workgroup", "7", "athena_workgroup"),
    ] {
        let error = Athena::from_toml(&format!("{BASE}{key} = {value}\n")).unwrap_err().to_string();
        assert!(error.contains(problem) && error.contains(key), "{error}");
    }
}
