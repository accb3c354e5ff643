use html5gum::{DefaultEmitter, HtmlString, StartTag, Token, Tokenizer};
use reqwest::Url;

/// The `rel` values of links that load an asset.
const LOADED: [&str; 6] =
    ["stylesheet", "modulepreload", "preload", "icon", "manifest", "apple-touch-icon"];
/// The elements whose `src` is an asset of the page.
const EMBEDDED: [&str; 6] = ["script", "img", "source", "audio", "video", "track"];

/// The assets that an HTML document at `page` loads from its own site, each once, in order.
pub(super) fn assets(html: &[u8], page: &Url) -> Vec<Url> {
    let mut base = page.clone();
    let mut found = Vec::new();
    let mut emitter = DefaultEmitter::default();
    // The text of a script is not markup.
    emitter.naively_switch_states(true);
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        let Token::StartTag(tag) = token else { continue };
        if tag.name.as_slice() == b"base" {
            base = attribute(&tag, "href").and_then(|to| page.join(&to).ok()).unwrap_or(base);
        }
        let asset = named(&tag).and_then(|name| base.join(&name).ok());
        found.extend(asset.filter(|url| url.origin() == page.origin() && !found.contains(url)));
    }
    found
}

/// The asset that a tag loads, if it loads one.
fn named(tag: &StartTag<()>) -> Option<String> {
    let name = String::from_utf8_lossy(&tag.name);
    if EMBEDDED.contains(&name.as_ref()) {
        return attribute(tag, "src");
    }
    let relations = attribute(tag, "rel").filter(|_| name == "link")?.to_ascii_lowercase();
    let is_loaded = relations.split_ascii_whitespace().any(|one| LOADED.contains(&one));
    attribute(tag, "href").filter(|_| is_loaded)
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    let value = tag.attributes.get(&HtmlString::from(name.as_bytes().to_vec()))?;
    Some(String::from_utf8_lossy(value).trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_what_it_loads_from_its_site() {
        let loads = |html: &str| -> Vec<String> {
            let page = Url::parse("https://shop.example.com/cart/").unwrap();
            assets(html.as_bytes(), &page).iter().map(|url| url.path().to_owned()).collect()
        };
        let table = [
            ("script", r#"<script type=module src="/a.js"></script>"#, vec!["/a.js"]),
            ("script in the page", "<script>'<img src=/a.png>'</script>", vec![]),
            ("style", "<LINK REL=StyleSheet HREF=a.css>", vec!["/cart/a.css"]),
            ("several relations", "<link rel='shortcut icon' href=/i.svg>", vec!["/i.svg"]),
            ("chunk", r#"<link rel="modulepreload" href="../c.js">"#, vec!["/c.js"]),
            ("link to a page", "<link rel=canonical href=/x><a href=/y>y</a>", vec![]),
            ("another page", "<iframe src=/frame></iframe>", vec![]),
            ("image", "<img src=' /i.png '>", vec!["/i.png"]),
            ("in the page", "<img src='data:image/png;base64,AA=='>", vec![]),
            ("of another site", "<script src=https://cdn.example.com/a.js></script>", vec![]),
            ("twice", "<img src=/a.png><img src=/a.png>", vec!["/a.png"]),
            ("base", "<base href=/r/><script src=a.js></script>", vec!["/r/a.js"]),
            ("in a comment", "<!-- <script src=/a.js></script> -->", vec![]),
            ("nothing named", "<script src=''></script><img>", vec![]),
        ];
        for (name, html, expected) in table {
            assert_eq!(loads(html), expected, "{name}");
        }
    }
}
