use std::collections::BTreeMap;

use serde::Deserialize;

/// Source maps are often not deployed, and pages do not load them.
const SOURCE_MAP: &str = ".map";

/// The manifest of a build, by its form. serde takes the first one that fits.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Manifest {
    /// `build-manifest.json` and `app-build-manifest.json` of Next.js.
    Next(Next),
    /// `asset-manifest.json` of Create React App.
    Assets { files: BTreeMap<String, String> },
    /// `.vite/manifest.json`.
    Vite(BTreeMap<String, Chunk>),
    /// `react-loadable-manifest.json` of Next.js: the chunks of `next/dynamic`.
    Loadable(BTreeMap<String, Loadable>),
    /// `manifest.json` of webpack-manifest-plugin.
    Flat(BTreeMap<String, String>),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Next {
    pages: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    polyfill_files: Vec<String>,
    #[serde(default)]
    low_priority_files: Vec<String>,
    #[serde(default)]
    root_main_files: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Chunk {
    file: String,
    #[serde(default)]
    css: Vec<String>,
    #[serde(default)]
    assets: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Loadable {
    files: Vec<String>,
}

/// The files that a manifest names, relative to the base of the build. `None` if it is no manifest.
pub(super) fn files(text: &[u8]) -> Option<Vec<String>> {
    let manifest: Manifest = serde_json::from_slice(text).ok()?;
    let mut files = match manifest {
        Manifest::Next(next) => under_next(next.files()),
        Manifest::Assets { files } => files.into_values().collect(),
        Manifest::Vite(chunks) => chunks.into_values().flat_map(Chunk::files).collect(),
        Manifest::Loadable(parts) => under_next(parts.into_values().flat_map(|one| one.files)),
        // The manifest of a web application can be a flat object, too: `{"name": "Shop"}`.
        Manifest::Flat(files) if files.values().all(|file| is_file(file)) => {
            files.into_values().collect()
        }
        Manifest::Flat(_) => return None,
    };
    files.retain(|file: &String| !file.ends_with(SOURCE_MAP));
    Some(files)
}

/// The paths of a list: a JSON list, or one path a line.
pub(super) fn listed(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_else(|_| {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(ToOwned::to_owned).collect()
    })
}

impl Next {
    fn files(self) -> impl Iterator<Item = String> {
        let Self { pages, polyfill_files, low_priority_files, root_main_files } = self;
        let shared = [polyfill_files, low_priority_files, root_main_files];
        pages.into_values().chain(shared).flatten()
    }
}

impl Chunk {
    fn files(self) -> impl Iterator<Item = String> {
        [self.file].into_iter().chain(self.css).chain(self.assets)
    }
}

/// Next.js serves these files under `/_next/`. Its pages escape the brackets of `pages/[slug].js`.
fn under_next(files: impl Iterator<Item = String>) -> Vec<String> {
    let escaped = files.map(|file| file.replace('[', "%5B").replace(']', "%5D"));
    escaped.map(|file| format!("_next/{file}")).collect()
}

fn is_file(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_manifest_names_its_files() {
        let vite = r#"{"index.html": {"file": "assets/index-1.js", "isEntry": true, "css": ["assets/index-1.css"],
            "dynamicImports": ["src/cart.ts"]},
            "src/cart.ts": {"file": "assets/cart-2.js", "assets": ["assets/cart-2.svg"], "isDynamicEntry": true}}"#;
        let next = r#"{"polyfillFiles": ["static/chunks/polyfills.js"], "devFiles": [], "ampFirstPages": [],
            "lowPriorityFiles": ["static/x/_buildManifest.js"], "rootMainFiles": ["static/chunks/main.js"],
            "pages": {"/[slug]": ["static/chunks/pages/[slug].js"]}}"#;
        let loadable = r#"{"index.js -> ../cart": {"id": 7, "files": ["static/chunks/7.js"]}}"#;
        let assets = r#"{"files": {"main.js": "/static/js/main.js", "main.js.map": "/static/js/main.js.map"},
            "entrypoints": ["static/js/main.js"]}"#;
        let table = [
            (
                "Vite",
                vite,
                Some(vec![
                    "assets/index-1.js",
                    "assets/index-1.css",
                    "assets/cart-2.js",
                    "assets/cart-2.svg",
                ]),
            ),
            (
                "Next.js",
                next,
                Some(vec![
                    "_next/static/chunks/pages/%5Bslug%5D.js",
                    "_next/static/chunks/polyfills.js",
                    "_next/static/x/_buildManifest.js",
                    "_next/static/chunks/main.js",
                ]),
            ),
            ("next/dynamic", loadable, Some(vec!["_next/static/chunks/7.js"])),
            ("Create React App", assets, Some(vec!["/static/js/main.js"])),
            ("webpack", r#"{"cart.js": "/cart.3.js"}"#, Some(vec!["/cart.3.js"])),
            ("web application", r#"{"name": "Shop", "start_url": "/"}"#, None),
            ("web application with icons", r#"{"name": "Shop", "icons": []}"#, None),
            ("list", r#"["/a.js"]"#, None),
            ("page", "<!doctype html>", None),
        ];
        for (name, text, expected) in table {
            let expected: Option<Vec<String>> =
                expected.map(|files| files.into_iter().map(ToOwned::to_owned).collect());
            assert_eq!(files(text.as_bytes()), expected, "{name}");
        }
    }

    #[test]
    fn a_list_has_a_path_a_line_or_is_json() {
        let expected = ["/a.js", "b.css"];
        for text in ["/a.js\n\n  b.css\r\n", r#"["/a.js", "b.css"]"#] {
            assert_eq!(listed(text), expected, "{text}");
        }
    }
}
