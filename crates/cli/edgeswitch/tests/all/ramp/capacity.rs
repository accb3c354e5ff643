use std::time::Duration;

use clap::Parser;
use edgeswitch::{Cli, Demand, EDGE_REGIONS, Exit, Throughput, estimate};
use tempfile::TempDir;

fn demand(environments: u32, ttl: u64, parameter_regions: &[&str]) -> Demand {
    Demand {
        environments,
        edge_regions: EDGE_REGIONS.map(Into::into).to_vec(),
        parameter_regions: parameter_regions.iter().map(|one| (*one).to_owned()).collect(),
        soft_ttl: Duration::from_secs(ttl),
        throughput: Throughput::Default,
        requests: None,
        hit_ratio: 90,
    }
}

#[test]
fn reads_are_environments_by_the_soft_ttl() {
    let table = [
        // environments in each of 13 Regions, soft TTL, reads a second, fits, smallest TTL, with higher throughput
        ("few", 1, 15, 13.0 / 15.0, true, Some(1), Some(1)),
        ("documented", 20, 15, 260.0 / 15.0, true, Some(7), Some(1)),
        ("just below the limit", 20, 7, 260.0 / 7.0, true, Some(7), Some(1)),
        ("just above it", 20, 6, 260.0 / 6.0, false, Some(7), Some(1)),
        ("at it", 40, 13, 40.0, true, Some(13), Some(1)),
        ("many", 10_000, 60, 130_000.0 / 60.0, false, Some(3250), Some(13)),
        ("too many for an hour", 20_000, 60, 260_000.0 / 60.0, false, None, Some(26)),
    ];
    for (name, environments, ttl, reads, fits, smallest, higher) in table {
        let capacity = estimate(&demand(environments, ttl, &["eu-central-1"]));
        assert!((capacity.regions[0].reads - reads).abs() < 1e-9, "{name}");
        assert_eq!(capacity.fits, fits, "{name}");
        assert_eq!(capacity.smallest_soft_ttl_seconds, smallest, "{name}");
        assert_eq!(capacity.smallest_soft_ttl_seconds_higher, higher, "{name}");
    }
}

#[test]
fn replica_regions_share_the_reads() {
    let capacity = estimate(&demand(20, 6, &["eu-central-1", "us-east-1", "ap-northeast-1"]));
    let shares = capacity.regions.iter().map(|load| (load.region.as_str(), load.environments));
    let shares: Vec<_> = shares.collect();
    assert_eq!(shares, [("eu-central-1", 80), ("us-east-1", 100), ("ap-northeast-1", 80)]);
    assert!(capacity.fits, "{capacity:?}");
}

#[test]
fn prices_are_those_of_reads_and_invocations() {
    let of = |requests, hit_ratio| {
        estimate(&Demand {
            requests: Some(requests),
            hit_ratio,
            ..demand(20, 15, &["eu-central-1"])
        })
    };
    let capacity = of(10_000_000, 90);
    // 17.3 reads a second for 30 days at 0.05 for 10,000; 12 million invocations at 0.60 a million.
    assert!((capacity.reads_usd_higher - 224.64).abs() < 1e-9, "{capacity:?}");
    let functions = capacity.functions.unwrap();
    assert_eq!(functions.invocations, 12_000_000);
    assert!((functions.usd - 7.28).abs() < 1e-9, "{functions:?}");
    let invocations = |capacity: edgeswitch::Capacity| capacity.functions.unwrap().invocations;
    assert_eq!(invocations(of(10, 0)), 30);
    assert_eq!(invocations(of(10, 100)), 10);
}

#[test]
fn the_configuration_gives_the_soft_ttl_and_the_regions() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("edgeswitch.toml");
    let config = "name = \"shop\"\n[parameter]\nname = \"/shop/plan\"\nhome_region = \"eu-central-1\"\n\
                  replica_regions = [\"us-east-1\"]\n[refresh]\nsoft_ttl_seconds = 5\n";
    std::fs::write(&path, config).unwrap();
    let (exit, text) = run(&format!("capacity --config {}", path.display()));
    assert_eq!(exit, Exit::Done, "{text}");
    let expected = "\
20 environments in each of 13 edge Regions read the plan every 5 s

REGION        ENVIRONMENTS  READS/S  OF 40   OF 10,000
eu-central-1  140           28.0     70.0 %  0.3 %
us-east-1     120           24.0     60.0 %  0.2 %

smallest soft TTL  4 s; with higher throughput 1 s
reads a month      free; with higher throughput 673.92 USD
";
    assert_eq!(text, expected);
}

#[test]
fn too_many_reads_end_with_the_way_out_and_exit_code_1() {
    let (exit, text) = run("capacity --environments 100 --soft-ttl 15s");
    assert_eq!(exit, Exit::Failed);
    assert!(text.contains("too many reads: lengthen `refresh.soft_ttl_seconds`"), "{text}");
    let (exit, _) = run("capacity --environments 100 --soft-ttl 15s --throughput higher");
    assert_eq!(exit, Exit::Done);
}

#[test]
fn as_json_it_has_every_figure() {
    let (_, text) = run("capacity --requests 1000000 --output json");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["schema"], 1);
    assert_eq!(value["limit"], 40);
    assert_eq!(value["regions"][0]["environments"], 260);
    assert_eq!(value["functions"]["requests"], 1_000_000);
}

#[test]
fn bad_figures_are_bad_usage() {
    for line in [
        "capacity --environments 0",
        "capacity --soft-ttl 0s",
        "capacity --soft-ttl 2h",
        "capacity --soft-ttl soon",
        "capacity --hit-ratio 101 --requests 1",
        "capacity --hit-ratio 50",
    ] {
        let words = ["edgeswitch"].into_iter().chain(line.split(' '));
        assert!(Cli::try_parse_from(words).is_err(), "{line}");
    }
}

fn run(line: &str) -> (Exit, String) {
    let cli = Cli::try_parse_from(["edgeswitch"].into_iter().chain(line.split(' '))).unwrap();
    let mut out = Vec::new();
    let exit = edgeswitch::run(&cli, &mut out).unwrap();
    (exit, String::from_utf8(out).unwrap())
}
