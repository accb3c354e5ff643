//! The templates' distribution, read back, in the local CloudFront.

use cloudfront_sim::{EdgeLocation, PolicyKind, SavedDistribution};
use edge_event::Trigger;
use serde_json::{Value, json};
use testkit::Ministack;
use testkit::world::World;

use super::created::get;
use super::site::Site;
use crate::journeys::smoke::smoke;

/// A policy that AWS manages, which the import knows by its id.
const ALL_VIEWER_EXCEPT_HOST: &str = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

/// An answer of CloudFront as AWS's command line prints it.
fn answer(account: &Ministack, path: &str) -> Value {
    aws_json::rest_xml(&get(account, path)).unwrap()
}

/// A deployed site with all policies that its behaviors name.
fn saved(site: &Site) -> SavedDistribution {
    let distribution = answer(&site.account, &format!("distribution/{}/config", site.distribution));
    let config = &distribution["DistributionConfig"];
    let others = config["CacheBehaviors"]["Items"].as_array().unwrap().iter();
    let mut saved = SavedDistribution::default();
    for behavior in others.chain([&config["DefaultCacheBehavior"]]) {
        let kinds = [
            (PolicyKind::Cache, "CachePolicyId", "cache-policy"),
            (PolicyKind::OriginRequest, "OriginRequestPolicyId", "origin-request-policy"),
            (PolicyKind::ResponseHeaders, "ResponseHeadersPolicyId", "response-headers-policy"),
        ];
        for (kind, field, path) in kinds {
            let id = behavior[field].as_str().unwrap().to_owned();
            if id != ALL_VIEWER_EXCEPT_HOST {
                let policy = answer(&site.account, &format!("{path}/{id}"));
                saved.policies.insert((kind, id), policy);
            }
        }
    }
    SavedDistribution { distribution, ..saved }
}

#[tokio::test(start_paused = true)]
#[ignore = "needs `make setup`"]
async fn the_deployed_distribution_passes_the_journeys_smoke_test() {
    let site = Site::deploy("imported", "/api/*", "api.example.com");
    let imported = saved(&site).import(vec![EdgeLocation("EDGE0".into())]);
    let imported = imported.unwrap_or_else(|error| panic!("{error}"));
    for (trigger, output) in [
        (Trigger::ViewerRequest, "ViewerRequestVersion"),
        (Trigger::OriginRequest, "OriginRequestVersion"),
        (Trigger::OriginResponse, "OriginResponseVersion"),
    ] {
        assert_eq!(imported.functions[&trigger], site.outputs[output]);
    }
    let world = World::new().distribution(imported.distribution).start().await;
    let page = world.browser().tab().open("/").await;
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(page.header("x-frame-options"), Some("SAMEORIGIN"));
    smoke(&world).await;
}

#[test]
#[ignore = "needs `make setup`"]
fn a_feature_that_is_added_to_it_by_hand_is_refused_by_name() {
    let mut saved = saved(&Site::deploy("imported-by-hand", "/api/*", "api.example.com"));
    let config = &mut saved.distribution["DistributionConfig"];
    config["DefaultCacheBehavior"]["TrustedKeyGroups"] =
        json!({ "Enabled": true, "Quantity": 1, "Items": ["k"] });
    let refused = saved.import(Vec::new()).unwrap_err().to_string();
    let place = "`DistributionConfig.DefaultCacheBehavior.TrustedKeyGroups`";
    assert!(refused.contains(place) && refused.contains("signed URLs"), "{refused}");
}
