use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use reqwest::{StatusCode, Url};
use thiserror::Error;

use super::address;
use super::checks::Expected;
use super::manifest::{files, listed};
use super::report::{Check, Verdict};
use super::viewer::Viewer;
use super::{VerifyArgs, VerifyError};
use crate::commands::preview::SitePath;
use crate::failure::{Advice, Failure};
use crate::files::FileError;

/// Where builds put their manifest.
const USUAL: [&str; 4] = [
    "/.vite/manifest.json",
    "/asset-manifest.json",
    "/manifest.json",
    "/_next/build-manifest.json",
];

/// The files and back ends that are checked besides the pages. These requests pin the release.
#[derive(Debug, Args)]
#[command(next_help_heading = "Files and back ends")]
pub struct FileArgs {
    /// The path of a manifest of Vite, webpack or Next.js on the site. May be repeated. Without a manifest or a
    /// list, the command looks at the usual paths.
    #[arg(long, value_name = "PATH", value_parser = SitePath::parse)]
    pub manifest: Vec<SitePath>,
    /// A local file with a manifest. May be repeated.
    #[arg(long, value_name = "FILE")]
    pub manifest_file: Vec<PathBuf>,
    /// A file with paths that the release must have: one path a line, or a JSON list. May be repeated.
    #[arg(long, value_name = "FILE")]
    pub asset_list: Vec<PathBuf>,
    /// The path that relative paths of a local file start at.
    #[arg(long, value_name = "PATH", value_parser = SitePath::parse, default_value = "/")]
    pub base: SitePath,
    /// A path of a back end. Its response must have a status of 200 to 299, and must not be HTML. May be
    /// repeated.
    #[arg(long, value_name = "PATH", value_parser = SitePath::parse)]
    pub api: Vec<SitePath>,
}

/// A local file does not name the files of the release.
#[derive(Debug, Error)]
pub(crate) enum FilesError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("`{}` is not a manifest of Vite, webpack or Next.js", .0.display())]
    NoManifest(PathBuf),
    #[error("`{}` names no path", .0.display())]
    Empty(PathBuf),
    #[error("`{}` names `{name}`: expected a path of the site", file.display())]
    Elsewhere { file: PathBuf, name: String },
}

impl Failure for FilesError {
    fn advice(&self) -> Advice {
        match self {
            Self::File(error) => error.advice(),
            Self::NoManifest(_) => Advice::failed().hint("`--asset-list` takes a list of paths"),
            Self::Empty(_) | Self::Elsewhere { .. } => Advice::failed(),
        }
    }
}

/// Reads the local manifests and lists.
pub(super) fn local_files(args: &VerifyArgs) -> Result<Vec<Url>, VerifyError> {
    let mut base = address(&args.host, &args.files.base)?;
    if !base.path().ends_with('/') {
        base.set_path(&format!("{}/", base.path()));
    }
    let mut found = Vec::new();
    for file in &args.files.manifest_file {
        let text = fs::read(file).map_err(FileError::reading(file)).map_err(FilesError::from)?;
        let names = files(&text).ok_or_else(|| FilesError::NoManifest(file.clone()))?;
        found.extend(addresses(&names, &base));
    }
    for file in &args.files.asset_list {
        found.extend(list(file, &base)?);
    }
    Ok(found)
}

/// Somebody chose the paths of a list: none of them is left out.
fn list(file: &Path, base: &Url) -> Result<Vec<Url>, FilesError> {
    let names = listed(&fs::read_to_string(file).map_err(FileError::reading(file))?);
    if names.is_empty() {
        return Err(FilesError::Empty(file.into()));
    }
    let address = |name: &String| {
        base.join(name)
            .ok()
            .filter(|url| url.origin() == base.origin())
            .ok_or_else(|| FilesError::Elsewhere { file: file.into(), name: name.clone() })
    };
    names.iter().map(address).collect()
}

/// Reads the manifests of the release on the site. A manifest that was named must be there.
pub(super) async fn site_files(
    args: &VerifyArgs,
    viewer: &Viewer,
    expected: &Expected,
    checks: &mut Vec<Check>,
) -> Result<Vec<Url>, VerifyError> {
    let mut found = Vec::new();
    for path in &args.files.manifest {
        let url = address(&args.host, path)?;
        let outcome = match manifest(viewer, &url, expected).await {
            Answered::Files(files) => {
                found.extend(files);
                Ok(Verdict::Passed)
            }
            Answered::Nothing(problem) | Answered::Trouble(problem) => Err(problem),
        };
        checks.push(Check::new("manifest", &url, outcome));
    }
    // A site that answers nothing would fail at each of these paths.
    let has_answered = checks.iter().any(|check| check.verdict == Verdict::Passed);
    for path in usual(&args.files).iter().filter(|_| has_answered) {
        let url = address(&args.host, path)?;
        let outcome = match manifest(viewer, &url, expected).await {
            Answered::Files(files) => {
                found.extend(files);
                Ok(Verdict::Passed)
            }
            Answered::Nothing(_) => continue,
            Answered::Trouble(problem) => Err(problem),
        };
        checks.push(Check::new("manifest", &url, outcome));
    }
    Ok(found)
}

/// The usual paths, unless the arguments name files.
fn usual(args: &FileArgs) -> Vec<SitePath> {
    let FileArgs { manifest, manifest_file, asset_list, base: _, api: _ } = args;
    if manifest.is_empty() && manifest_file.is_empty() && asset_list.is_empty() {
        return USUAL.iter().filter_map(|path| SitePath::parse(path).ok()).collect();
    }
    Vec::new()
}

/// The answer to the request for a manifest.
enum Answered {
    Files(Vec<Url>),
    /// The site has no manifest at this path.
    Nothing(String),
    /// Nobody knows whether the site has one.
    Trouble(String),
}

async fn manifest(viewer: &Viewer, url: &Url, expected: &Expected) -> Answered {
    let page = match viewer.pinned(url).await {
        Ok(page) => page,
        Err(problem) => return Answered::Trouble(problem),
    };
    if page.status.is_server_error() {
        return Answered::Trouble(format!("it is {}", page.status.as_u16()));
    }
    if page.status != StatusCode::OK {
        return Answered::Nothing(format!("it is {}", page.status.as_u16()));
    }
    let body = match page.whole() {
        Ok(body) => body,
        Err(problem) => return Answered::Trouble(problem),
    };
    let Some(names) = files(body) else {
        return Answered::Nothing("it is not a manifest of Vite, webpack or Next.js".into());
    };
    match expected.pinned(&page.headers) {
        Ok(_) => Answered::Files(addresses(&names, &base(url))),
        Err(problem) => Answered::Trouble(problem),
    }
}

/// The address that the names in a manifest start at: `/shop/` for `/shop/.vite/manifest.json` and for
/// `/shop/_next/build-manifest.json`.
fn base(manifest: &Url) -> Url {
    let path = manifest.path();
    let folder = path.rfind('/').map_or("/", |slash| &path[..=slash]);
    let folder = folder.strip_suffix(".vite/").unwrap_or(folder);
    let end = folder.find("/_next/").map_or(folder.len(), |start| start + 1);
    let mut base = manifest.clone();
    base.set_query(None);
    base.set_path(&folder[..end]);
    base
}

/// The addresses of the names that the site itself serves: another host may serve some files of a build.
fn addresses(names: &[String], base: &Url) -> Vec<Url> {
    let urls = names.iter().filter_map(|name| base.join(name).ok());
    urls.filter(|url| url.origin() == base.origin()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_a_manifest_start_where_the_build_does() {
        let table = [
            ("/.vite/manifest.json", "/"),
            ("/shop/.vite/manifest.json", "/shop/"),
            ("/_r/9f2c1e7/.vite/manifest.json?a=1", "/_r/9f2c1e7/"),
            ("/asset-manifest.json", "/"),
            ("/shop/manifest.json", "/shop/"),
            ("/_next/build-manifest.json", "/"),
            ("/shop/_next/static/build-manifest.json", "/shop/"),
        ];
        for (path, expected) in table {
            let url = Url::parse(&format!("https://shop.example.com{path}")).unwrap();
            let expected = format!("https://shop.example.com{expected}");
            assert_eq!(base(&url).as_str(), expected, "{path}");
        }
    }
}
