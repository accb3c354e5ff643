use distribution_edit::{Detached, Distribution, Own, PolicyId, Restored, detach};

use super::shop::{SHOP, attached, parsed, replaced, text, wiring, with};

fn own() -> Own {
    wiring(1).own()
}

fn detached(xml: &str, before: Option<&Distribution>) -> Detached {
    detach(&parsed(xml), &own(), before).unwrap()
}

#[test]
fn detaching_gives_the_bytes_from_before() {
    let after = text(&attached(SHOP).distribution);
    // The templates name the managed policy of routes, which is known beside the others.
    let by_name = ["pages-cache", "pages-request", "routes-cache"].map(ToOwned::to_owned);
    for own in [own(), Own { policies: by_name.into(), ..Own::named("shop") }] {
        let detached = detach(&parsed(&after), &own, Some(&parsed(SHOP))).unwrap();
        assert_eq!(detached.restored, Restored::Exactly);
        assert_eq!(text(&detached.distribution), SHOP);
        assert_eq!(detached.left, []);
    }
}

/// Nobody knows whose policies these are: they stay, and are named. The rest is taken out.
#[test]
fn policies_that_are_not_known_stay() {
    let after = text(&attached(SHOP).distribution);
    let detached = detach(&parsed(&after), &Own::named("shop"), Some(&parsed(SHOP))).unwrap();
    assert_eq!(detached.restored, Restored::OwnParts);
    assert!(!detached.distribution.is_attached(&own()));
    let xml = text(&detached.distribution);
    for policy in ["pages-cache", "pages-request", "routes-cache"] {
        assert!(xml.contains(policy), "{policy}: {xml}");
    }
    assert!(!xml.contains("site-second-attempt") && !xml.contains("/_r/*"), "{xml}");
    let left: Vec<_> = detached.left.iter().map(|one| (&*one.behavior, &*one.why)).collect();
    let pages = "it keeps the cache policy `pages-cache` and the origin request policy \
                 `pages-request`, which may be somebody else's";
    assert_eq!(left[0], ("*", pages));
    let behaviors: Vec<&str> = left.iter().map(|(behavior, _)| *behavior).collect();
    assert_eq!(behaviors, ["*", "/api/*", "/static/*"]);
}

#[test]
fn the_policies_of_the_behaviors_with_functions() {
    let attached = attached(SHOP).distribution;
    let ids: Vec<String> =
        attached.policies_beside(&own()).iter().map(|one| one.id().to_owned()).collect();
    let managed = "b689b0a8-53d0-40ab-baf2-68738e2966ac";
    assert_eq!(ids, ["pages-cache", "routes-cache", managed, "pages-request"]);
    assert!(parsed(SHOP).policies_beside(&own()).is_empty());
}

#[test]
fn the_names_of_our_policies() {
    for name in ["shop-pages", "shop-routes", "shop-pages-0a1b2c3d", "shop-routes-9f8e7d6c"] {
        assert!(PolicyId::is_named_for("shop", name), "{name}");
    }
    let others = [
        "shop",
        "shop-pages-old",
        "shop-images",
        "eu-shop-pages",
        "shop-eu-pages",
        "shop-pages-1-pages",
        "shop-pages2",
        "shop-pagesbad",
        "shop-pages-",
        "shop-routes-9",
        "shop-pages0a1b2c3d",
        "shop-pages-0a1b2c3d4",
    ];
    for name in others {
        assert!(!PolicyId::is_named_for("shop", name), "{name}");
    }
}

/// CloudFront writes what it was given in its own way.
#[test]
fn another_way_of_writing_is_no_change() {
    let after = super::shop::compact(&text(&attached(SHOP).distribution));
    let after = replaced(
        &after,
        "<OriginShield><Enabled>false</Enabled></OriginShield><OriginAccessControlId>E1OAC2IMAGES3X</OriginAccessControlId>",
        "<OriginAccessControlId>E1OAC2IMAGES3X</OriginAccessControlId><OriginShield><Enabled>false</Enabled></OriginShield>",
    );
    let after = after.replace("<IncludeBody>false</IncludeBody>", "");
    assert_eq!(text(&detached(&after, Some(&parsed(SHOP))).distribution), SHOP);
}

/// Somebody else's change stays; only our parts are taken out.
#[test]
fn a_change_since_then_stays() {
    let changes: [(&str, &str); 4] = [
        ("<PriceClass>PriceClass_100<", "<PriceClass>PriceClass_All<"),
        ("<Comment>The shop &#8211; by hand<", "<Comment>New<"),
        ("<PathPattern>/docs/*<", "<PathPattern>/handbook/*<"),
        ("67f7725c-6f97-4210-82d7-5512b31e9d03", "another-policy"),
    ];
    for (from, to) in changes {
        let after = replaced(&text(&attached(SHOP).distribution), from, to);
        let detached = detached(&after, Some(&parsed(SHOP)));
        assert_eq!(detached.restored, Restored::OwnParts, "{to}");
        assert!(detached.distribution.is_alike(&parsed(&with(from, to))), "{to}");
        assert!(!detached.distribution.is_attached(&own()), "{to}");
    }
}

/// A policy that somebody has set since is not ours to replace.
#[test]
fn a_policy_of_somebody_else_stays() {
    let after = text(&attached(SHOP).distribution);
    let after = after.replacen("<CachePolicyId>pages-cache<", "<CachePolicyId>mine<", 1);
    let detached = detached(&after, Some(&parsed(SHOP)));
    assert_eq!(detached.left.len(), 1);
    assert!(detached.left[0].why.contains("`mine`"), "{}", detached.left[0].why);
    let xml = text(&detached.distribution);
    assert!(xml.contains("<CachePolicyId>mine</CachePolicyId>"), "{xml}");
    assert!(!xml.contains("pages-cache"), "{xml}");
}

/// A behavior that somebody has copied from one of ours loses the functions, and is named.
#[test]
fn a_copied_behavior_is_named() {
    let after = text(&attached(SHOP).distribution);
    let start = after.find("<PathPattern>/static/*").unwrap();
    let start = after[..start].rfind("<CacheBehavior>").unwrap();
    let end = start + after[start..].find("</CacheBehavior>").unwrap() + "</CacheBehavior>".len();
    let copy = after[start..end].replace("/static/*", "/media/*");
    let after = format!("{}{copy}{}", &after[..end], &after[end..]);
    let detached = detached(&after, Some(&parsed(SHOP)));
    assert_eq!(detached.left.len(), 1);
    assert_eq!(detached.left[0].behavior, "/media/*");
    assert!(!detached.distribution.is_attached(&own()));
    // It still has the group as target, so the group stays.
    assert!(text(&detached.distribution).contains("site-second-attempt"));
}

/// Nobody knows the policies from before: the functions go, and the rest is named.
#[test]
fn without_the_configuration_from_before() {
    let after = text(&attached(SHOP).distribution);
    let detached = detached(&after, None);
    assert_eq!(detached.restored, Restored::FunctionsOnly);
    assert!(!detached.distribution.is_attached(&own()));
    let left = detached.left.iter().map(|one| one.behavior.as_str());
    assert_eq!(left.collect::<Vec<_>>(), ["*", "/_r/*/api/*", "/api/*", "/static/*"]);
    assert_eq!(
        detached.left[0].why,
        "it keeps the cache policy `pages-cache`, the origin request policy `pages-request` and \
         the origin group `releases`, because its configuration from before is not known"
    );
    assert_eq!(detached.changes.len(), 12);
}

#[test]
fn a_distribution_without_the_functions_stays_as_it_is() {
    let with_before = detached(SHOP, Some(&parsed(SHOP)));
    for detached in [with_before, detached(SHOP, None)] {
        assert_eq!(detached.changes, []);
        assert_eq!(text(&detached.distribution), SHOP);
    }
}

#[test]
fn the_configuration_of_another_distribution_is_refused() {
    let other = parsed(&with("2021-03-04T05:06:07", "2022-03-04T05:06:07"));
    let error = detach(&parsed(SHOP), &own(), Some(&other)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "its `CallerReference` is `2022-03-04T05:06:07`, that of the distribution is \
         `2021-03-04T05:06:07`"
    );
}
