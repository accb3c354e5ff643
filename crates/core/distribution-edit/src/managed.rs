/// AWS's managed policies (pages `using-managed-cache-policies` and `using-managed-origin-request-policies`).
const MANAGED: [(&str, &str); 11] = [
    ("658327ea-f89d-4fab-a63d-7e88639e58f6", "CachingOptimized"),
    ("b2884449-e4de-46a7-ac36-70bc7f1ddd6d", "CachingOptimizedForUncompressedObjects"),
    (CACHING_DISABLED, "CachingDisabled"),
    ("08627262-05a9-4f76-9ded-b50ca2e3a84f", "Elemental-MediaPackage"),
    ("2e54312d-136d-493c-8eb9-b001f22f67d2", "Amplify"),
    ("83da9c7e-98b4-4e11-a168-04f0df8e2c65", "UseOriginCacheControlHeaders"),
    ("4cc15a8a-d715-48a4-82b8-cc0b614638fe", "UseOriginCacheControlHeaders-QueryStrings"),
    (ALL_VIEWER, "AllViewer"),
    (ALL_VIEWER_AND_CLOUDFRONT, "AllViewerAndCloudFrontHeaders-2022-06"),
    (ALL_VIEWER_EXCEPT_HOST, "AllViewerExceptHostHeader"),
    ("88a5eaf4-2fd4-4709-b370-b4c650ea3fcf", "CORS-S3Origin"),
];

pub(crate) const CACHING_DISABLED: &str = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
/// The origin request policy that the templates name for the behaviors of routes.
pub(crate) const ALL_VIEWER_EXCEPT_HOST: &str = "b689b0a8-53d0-40ab-baf2-68738e2966ac";
const ALL_VIEWER: &str = "216adef6-5c7f-47e4-b989-5492eafa07d3";
const ALL_VIEWER_AND_CLOUDFRONT: &str = "33f36d7e-f396-46d9-90e0-52428a34d9dc";

/// AWS's name of a managed policy.
#[must_use]
pub fn policy_name(id: &str) -> Option<&'static str> {
    MANAGED.iter().find(|(known, _)| *known == id).map(|(_, name)| *name)
}

/// Whether a managed origin request policy forwards the viewer's `Host`.
#[must_use]
pub fn sends_host(id: &str) -> bool {
    [ALL_VIEWER, ALL_VIEWER_AND_CLOUDFRONT].contains(&id)
}

/// A policy for people: its id, with its name if AWS manages it.
pub(crate) fn policy(id: &str) -> String {
    policy_name(id).map_or_else(|| id.to_owned(), |name| format!("{name} ({id})"))
}
