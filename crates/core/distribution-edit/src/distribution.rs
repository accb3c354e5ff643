use std::collections::BTreeSet;

use edge_routing::ROLE_HEADER;
use thiserror::Error;

use crate::wiring::{Own, PolicyId};
use crate::xml::{Document, Element, XmlError};

/// The pattern by which people know the default behavior.
pub(crate) const DEFAULT: &str = "*";

/// The order of the elements in CloudFront's API model, for elements that have to be inserted.
pub(crate) const CONFIG_ORDER: [&str; 8] = [
    "CallerReference",
    "Aliases",
    "DefaultRootObject",
    "Origins",
    "OriginGroups",
    "DefaultCacheBehavior",
    "CacheBehaviors",
    "CustomErrorResponses",
];
pub(crate) const BEHAVIOR_ORDER: [&str; 15] = [
    "PathPattern",
    "TargetOriginId",
    "TrustedSigners",
    "TrustedKeyGroups",
    "ViewerProtocolPolicy",
    "AllowedMethods",
    "SmoothStreaming",
    "Compress",
    "LambdaFunctionAssociations",
    "FunctionAssociations",
    "FieldLevelEncryptionId",
    "RealtimeLogConfigArn",
    "CachePolicyId",
    "OriginRequestPolicyId",
    "ResponseHeadersPolicyId",
];
/// The elements of a behavior with the ids of its policies.
pub(crate) const CACHE_POLICY: &str = "CachePolicyId";
pub(crate) const ORIGIN_REQUEST_POLICY: &str = "OriginRequestPolicyId";
pub(crate) const ORIGIN_ORDER: [&str; 5] =
    ["Id", "DomainName", "OriginPath", "CustomHeaders", "S3OriginConfig"];

/// The answer is not the configuration of a distribution.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidXml {
    #[error("it is not text in UTF-8")]
    NotText,
    #[error(transparent)]
    Xml(#[from] XmlError),
    #[error("the outermost element is `{0}`, not `DistributionConfig`")]
    Root(String),
    #[error("it has no `{0}`")]
    Without(&'static str),
}

/// The configuration of a distribution, every byte of it.
#[derive(Debug, Clone)]
pub struct Distribution(Document);

/// A cache behavior, and the pattern that people know it by.
#[derive(Debug, Clone)]
pub(crate) struct Behavior<'a> {
    pub(crate) pattern: String,
    pub(crate) element: &'a Element,
}

impl Distribution {
    /// # Errors
    /// If `xml` is anything else than what CloudFront answers to `GetDistributionConfig`.
    pub fn parse(xml: &[u8]) -> Result<Self, InvalidXml> {
        let text = str::from_utf8(xml).map_err(|_| InvalidXml::NotText)?;
        let document = Document::parse(text)?;
        if document.root.name() != "DistributionConfig" {
            return Err(InvalidXml::Root(document.root.name().into()));
        }
        for needed in ["CallerReference", "Origins", "DefaultCacheBehavior"] {
            if document.root.child(needed).is_none() {
                return Err(InvalidXml::Without(needed));
            }
        }
        Ok(Self(document))
    }

    /// The XML to send.
    #[must_use]
    pub fn xml(&self) -> Vec<u8> {
        self.0.to_string().into_bytes()
    }

    /// The configuration for people: a line for each element. The values of origins' headers may be secrets, so they
    /// are hidden.
    #[must_use]
    pub fn outline(&self) -> String {
        let mut lines = String::new();
        outline(&self.0.root, 0, &mut lines);
        lines
    }

    /// Whether a behavior has one of these functions.
    #[must_use]
    pub fn is_attached(&self, own: &Own) -> bool {
        self.behaviors().iter().any(|behavior| behavior.has_any(own))
    }

    /// The policies of the behaviors that have one of these functions.
    #[must_use]
    pub fn policies_beside(&self, own: &Own) -> BTreeSet<PolicyId> {
        let behaviors = self.behaviors().into_iter().filter(|behavior| behavior.has_any(own));
        behaviors.flat_map(|behavior| behavior.policies()).collect()
    }

    /// Whether two configurations mean the same to CloudFront.
    #[must_use]
    pub fn is_alike(&self, other: &Self) -> bool {
        crate::alike::is_alike(&self.0.root, &other.0.root)
    }

    pub(crate) fn config(&self) -> &Element {
        &self.0.root
    }

    pub(crate) fn config_mut(&mut self) -> &mut Element {
        &mut self.0.root
    }

    /// All behaviors, the default one first.
    pub(crate) fn behaviors(&self) -> Vec<Behavior<'_>> {
        let default = self.config().child("DefaultCacheBehavior");
        let default = default.map(|element| Behavior { pattern: DEFAULT.into(), element });
        let others = self.config().items_of("CacheBehaviors").into_iter();
        let others =
            others.map(|element| Behavior { pattern: element.text_of("PathPattern"), element });
        default.into_iter().chain(others).collect()
    }

    /// The behavior at an index of [`Self::behaviors`].
    pub(crate) fn behavior_mut(&mut self, index: usize) -> Option<&mut Element> {
        match index.checked_sub(1) {
            None => self.config_mut().child_mut("DefaultCacheBehavior"),
            Some(item) => self.config_mut().child_mut("CacheBehaviors")?.item_mut(item),
        }
    }

    pub(crate) fn origin(&self, id: &str) -> Option<&Element> {
        let origins = self.config().items_of("Origins");
        origins.into_iter().find(|origin| origin.text_of("Id") == id)
    }

    pub(crate) fn group(&self, id: &str) -> Option<&Element> {
        let groups = self.config().items_of("OriginGroups");
        groups.into_iter().find(|group| group.text_of("Id") == id)
    }

    /// The origins of a behavior: one, or the members of its group.
    pub(crate) fn origins(&self, behavior: &Element) -> Vec<&Element> {
        let target = behavior.text_of("TargetOriginId");
        let ids = self.group(&target).map_or_else(|| vec![target], members);
        ids.iter().filter_map(|id| self.origin(id)).collect()
    }

    /// Whether a group is the bucket with itself, its second member marked for the functions.
    pub(crate) fn is_fallback_group(&self, group: &Element) -> bool {
        let members = members(group);
        let second = members.get(1).and_then(|id| self.origin(id));
        members.len() == 2 && second.is_some_and(is_marked)
    }
}

fn outline(element: &Element, depth: usize, lines: &mut String) {
    let text = if element.name() == "HeaderValue" { "(hidden)".into() } else { element.text() };
    let space = if text.is_empty() { "" } else { " " };
    lines.push_str(&format!("{}{}{space}{text}\n", "  ".repeat(depth), element.name()));
    for child in element.children() {
        outline(child, depth + 1, lines);
    }
}

impl Behavior<'_> {
    /// Each association's event and ARN.
    pub(crate) fn functions(&self) -> Vec<(String, String)> {
        functions(self.element)
    }

    pub(crate) fn has_any(&self, own: &Own) -> bool {
        self.functions().iter().any(|(event, arn)| own.has(event, arn))
    }

    /// The cache policy and the origin request policy, if it has them.
    pub(crate) fn policies(&self) -> Vec<PolicyId> {
        let id = |key: &str| Some(self.element.text_of(key)).filter(|id| !id.is_empty());
        let cache = id(CACHE_POLICY).map(PolicyId::Cache);
        let origin_request = id(ORIGIN_REQUEST_POLICY).map(PolicyId::OriginRequest);
        cache.into_iter().chain(origin_request).collect()
    }

    /// Whether the pattern is `wanted`: the leading slash is optional.
    pub(crate) fn is_for(&self, wanted: &str) -> bool {
        let plain = |pattern: &str| pattern.trim_start_matches('/').to_owned();
        self.pattern != DEFAULT && plain(&self.pattern) == plain(wanted)
    }
}

/// Each Lambda@Edge association's event and ARN.
pub(crate) fn functions(behavior: &Element) -> Vec<(String, String)> {
    let items = behavior.items_of("LambdaFunctionAssociations").into_iter();
    items.map(|item| (item.text_of("EventType"), item.text_of("LambdaFunctionARN"))).collect()
}

/// The ids of an origin group's members.
pub(crate) fn members(group: &Element) -> Vec<String> {
    group.items_of("Members").into_iter().map(|member| member.text_of("OriginId")).collect()
}

/// Whether an origin has the header by which the functions know the second attempt.
pub(crate) fn is_marked(origin: &Element) -> bool {
    origin.items_of("CustomHeaders").into_iter().any(|header| {
        header.text_of("HeaderName").eq_ignore_ascii_case(ROLE_HEADER)
            && header.text_of("HeaderValue") == FALLBACK
    })
}

/// The value of the header.
pub(crate) const FALLBACK: &str = "fallback";

/// Whether an origin is a bucket by S3's own API, not by its website endpoint.
pub(crate) fn is_bucket(origin: &Element) -> bool {
    origin.child("S3OriginConfig").is_some() && origin.child("CustomOriginConfig").is_none()
}

/// The bucket in an origin's domain: `shop` of `shop.s3.eu-central-1.amazonaws.com`.
pub(crate) fn bucket_name(domain: &str) -> Option<&str> {
    let split = domain.rsplit_once(".s3.").or_else(|| domain.rsplit_once(".s3-"));
    split.filter(|(_, rest)| rest.contains("amazonaws.com")).map(|(bucket, _)| bucket)
}
