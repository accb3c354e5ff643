use super::*;

fn stored(cache_control: &str, stale_for: u64) -> Stored {
    let response = response(200, &[&format!("cache-control: {cache_control}")], "");
    Stored { response, age: seconds(60 + stale_for), ttl: seconds(60) }
}

/// How many seconds past its TTL an object is served, with a maximum TTL of 100 s: while the origin is asked, and
/// if the origin fails.
#[test]
fn a_stale_object_is_served_as_long_as_the_origin_and_the_maximum_ttl_allow() {
    let rows = [
        ("no word about it", "max-age=60", 0, 100),
        ("stale-while-revalidate", "max-age=60, stale-while-revalidate=30", 30, 100),
        ("stale-if-error", "max-age=60, stale-if-error=30", 0, 30),
        ("both", "stale-while-revalidate=20, stale-if-error=40", 20, 40),
        ("longer than the maximum", "stale-while-revalidate=999, stale-if-error=999", 100, 100),
        ("never", "stale-while-revalidate=0, stale-if-error=0", 0, 0),
        ("must-revalidate says nothing about failures", "must-revalidate", 0, 100),
    ];
    for (name, cache_control, revalidating, failing) in rows {
        for stale_for in 0..=101 {
            let stored = stored(cache_control, stale_for);
            let max_ttl = seconds(100);
            assert_eq!(
                stored.serves_while_revalidating(max_ttl),
                stale_for < revalidating,
                "{name}: while revalidating, {stale_for} s"
            );
            assert_eq!(
                stored.serves_on_error(max_ttl),
                stale_for < failing,
                "{name}: on an error, {stale_for} s"
            );
        }
    }
}
