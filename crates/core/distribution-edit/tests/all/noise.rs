//! Properties: whatever an edit does not know comes back byte for byte.

use distribution_edit::{Distribution, attach, detach};
use proptest::prelude::*;

use super::shop::{SHOP, compact, config, parsed, text, wiring};

/// Bytes that mean nothing to the edit. The first ones have no elements.
const NOISE: [&str; 7] = [
    "<!-- by > hand -->",
    "\n\t  ",
    "<?keep this?>",
    "<FromTheFuture mode='a>b' other=\"x\"><Quantity>1</Quantity><Items><New>&#38;&lt;</New></Items></FromTheFuture>",
    "<Empty />",
    "<Text><![CDATA[ <raw> ]]> and more</Text>",
    "<x:Prefixed xmlns:x=\"urn:x\">&quot;\u{e4}\u{1f680}</x:Prefixed>",
];

const NO_ELEMENTS: usize = 3;

/// A place between two tags, outside of elements that hold a text.
struct Between {
    at: usize,
    /// Every element there is one of a list.
    is_in_list: bool,
}

/// The places after each tag inside of the outermost element.
fn places(xml: &str) -> Vec<Between> {
    let (mut open, mut places) = (Vec::<&str>::new(), Vec::new());
    let tags = xml.match_indices('<').filter(|(start, _)| xml.as_bytes()[start + 1] != b'?');
    for (start, _) in tags {
        let end = start + xml[start..].find('>').unwrap() + 1;
        let tag = &xml[start..end];
        if tag.starts_with("</") {
            open.pop();
        } else if !tag.ends_with("/>") {
            open.push(tag);
        }
        let until = end + xml[end..].find('<').unwrap_or(0);
        let is_leaf =
            !tag.starts_with("</") && !tag.ends_with("/>") && xml[until..].starts_with("</");
        if let Some(parent) = open.last().filter(|_| !is_leaf && xml[end..until].trim().is_empty())
        {
            places.push(Between { at: end, is_in_list: *parent == "<Items>" });
        }
    }
    places
}

/// `xml` with noise at some places.
fn noisy(xml: &str, chosen: &[(prop::sample::Index, usize)]) -> String {
    let places = places(xml);
    let mut chosen: Vec<(usize, &str)> = chosen
        .iter()
        .map(|(index, noise)| {
            let place = &places[index.index(places.len())];
            let kinds = if place.is_in_list { NO_ELEMENTS } else { NOISE.len() };
            (place.at, NOISE[noise % kinds])
        })
        .collect();
    chosen.sort_unstable();
    let (mut text, mut from) = (String::new(), 0);
    for (place, noise) in chosen {
        text.push_str(&xml[from..place]);
        text.push_str(noise);
        from = place;
    }
    text.push_str(&xml[from..]);
    text
}

fn quiet(xml: &str) -> String {
    NOISE.iter().fold(xml.to_owned(), |xml, noise| xml.replace(noise, ""))
}

fn noise() -> impl Strategy<Value = Vec<(prop::sample::Index, usize)>> {
    prop::collection::vec((any::<prop::sample::Index>(), 0..NOISE.len()), 0..40)
}

proptest! {
    /// Reading and writing is the identity.
    #[test]
    fn a_configuration_comes_back(chosen in noise(), is_compact: bool) {
        let xml = if is_compact { compact(SHOP) } else { SHOP.to_owned() };
        let xml = noisy(&xml, &chosen);
        prop_assert!(text(&parsed(&xml)) == xml);
    }

    /// An edit is the same with and without noise, and loses none of it.
    #[test]
    fn unknown_parts_survive_an_edit(chosen in noise()) {
        let plain = compact(SHOP);
        let noisy = noisy(&plain, &chosen);
        let edit = |xml: &str| attach(&parsed(xml), &wiring(1), &config()).unwrap();
        let (with, without) = (edit(&noisy), edit(&plain));
        let edited = text(&with.distribution);
        prop_assert!(quiet(&edited) == text(&without.distribution));
        prop_assert_eq!(with.changes, without.changes);
        for one in NOISE {
            prop_assert!(edited.matches(one).count() >= noisy.matches(one).count());
        }
    }

    /// An edit and its reversal give the bytes from before. An edit of an edit is none.
    #[test]
    fn an_edit_can_be_reversed(chosen in noise(), is_compact: bool) {
        let xml = if is_compact { compact(SHOP) } else { SHOP.to_owned() };
        let before = parsed(&noisy(&xml, &chosen));
        let after = attach(&before, &wiring(1), &config()).unwrap().distribution;
        let after = Distribution::parse(&after.xml()).unwrap();
        let back = detach(&after, &wiring(1).own(), Some(&before)).unwrap();
        prop_assert!(text(&back.distribution) == text(&before));
        let again = attach(&after, &wiring(1), &config()).unwrap();
        prop_assert!(text(&again.distribution) == text(&after));
    }

    /// Whatever CloudFront might answer, reading it does not panic, and what can be read is kept.
    #[test]
    fn any_text_is_read_or_refused(text in "(<[a-zA-Z/!?&;\"' =>-]{0,9}|[^<]{0,5}){0,12}") {
        let xml = format!("<DistributionConfig>{text}</DistributionConfig>");
        if let Ok(read) = Distribution::parse(xml.as_bytes()) {
            prop_assert_eq!(read.xml(), xml.into_bytes());
        }
    }
}
