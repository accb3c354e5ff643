//! From the JSON of a distribution, as AWS's CLI prints it, to the simulator's [`Distribution`].
//!
//! Nothing is skipped in silence: a field is modelled, or it is in a table of fields that change no answer here
//! ([`rules`]), or the import refuses it by its path. Start reading at [`SavedDistribution::import`].

mod managed;
mod policies;
mod problem;
mod rules;
mod saved;
mod walk;
mod wire;

use std::collections::BTreeMap;

use edge_event::Trigger;
use path_pattern::PathPattern;

use crate::distribution::{
    Behavior, Distribution, EdgeLocation, ErrorPage, Methods, OriginGroup, OriginSettings,
};
pub use problem::{ImportError, ImportProblem};
pub use saved::{PolicyKind, SavedDistribution};
use wire::{
    Answer, WireBehavior, WireDistribution, WireErrorResponse, WireGroup, WireMethods, WireOrigin,
};

/// The result of an import.
#[derive(Debug, Clone)]
pub struct ImportedDistribution {
    /// The distribution. [`CloudFront::new`](crate::CloudFront::new) checks it.
    pub distribution: Distribution,
    /// The function of each trigger, by the ARN of its version.
    pub functions: BTreeMap<Trigger, String>,
}

/// The id of a distribution whose saved configuration does not name it.
const NO_ID: &str = "EDFDVBD6EXAMPLE";
const NO_DOMAIN_NAME: &str = "d111111abcdef8.cloudfront.net";

/// The file with the distribution.
const FILE: &str = "distribution.json";

impl SavedDistribution {
    /// The distribution with these edge locations.
    ///
    /// # Errors
    /// Everything that the simulator does not model, each with the path to its field.
    pub fn import(&self, edges: Vec<EdgeLocation>) -> Result<ImportedDistribution, ImportError> {
        ImportError::of(walk::check(FILE, &self.distribution, rules::ANSWER))?;
        let Answer { id, domain_name, at, config } = wire::answer(&self.distribution)?;
        let mut import =
            Import { saved: self, at, functions: BTreeMap::new(), problems: Vec::new() };
        let distribution = import.distribution(config);
        ImportError::of(import.problems)?;
        let distribution = Distribution {
            id: id.unwrap_or_else(|| NO_ID.into()),
            domain_name: domain_name.unwrap_or_else(|| NO_DOMAIN_NAME.into()),
            edges,
            ..distribution
        };
        Ok(ImportedDistribution { distribution, functions: import.functions })
    }
}

/// An import under way. The values of fields that are wrong do not matter: the import ends with the problems.
struct Import<'a> {
    saved: &'a SavedDistribution,
    /// The path to the configuration.
    at: &'static str,
    functions: BTreeMap<Trigger, String>,
    problems: Vec<ImportProblem>,
}

impl Import<'_> {
    fn distribution(&mut self, wire: WireDistribution) -> Distribution {
        let WireDistribution {
            default_root_object,
            origins,
            origin_groups,
            default_cache_behavior,
            cache_behaviors,
            custom_error_responses,
        } = wire;
        let errors = custom_error_responses.items;
        Distribution {
            id: String::new(),
            domain_name: String::new(),
            edges: Vec::new(),
            origins: origins.items.into_iter().map(origin).collect(),
            groups: self.groups(origin_groups.items),
            behaviors: self.behaviors(cache_behaviors.items),
            default_behavior: self.behavior(default_cache_behavior, "DefaultCacheBehavior"),
            error_ttls: errors.iter().filter_map(WireErrorResponse::min_ttl).collect(),
            error_pages: self.error_pages(errors),
            root_object: default_root_object.filter(|object| !object.is_empty()),
        }
    }

    fn groups(&mut self, wire: Vec<WireGroup>) -> BTreeMap<String, OriginGroup> {
        let mut groups = BTreeMap::new();
        for (index, WireGroup { id, failover_criteria, members }) in wire.into_iter().enumerate() {
            let mut ids = members.items.into_iter().map(|member| member.origin_id);
            let (Some(primary), Some(secondary), None) = (ids.next(), ids.next(), ids.next())
            else {
                let path = format!("OriginGroups.Items[{index}].Members");
                self.refuse(&path, "an origin group has two members");
                continue;
            };
            let failover_statuses = failover_criteria.status_codes.items;
            groups.insert(id, OriginGroup { primary, secondary, failover_statuses });
        }
        groups
    }

    fn behaviors(&mut self, wire: Vec<WireBehavior>) -> Vec<(PathPattern, Behavior)> {
        let mut behaviors = Vec::new();
        for (index, behavior) in wire.into_iter().enumerate() {
            let path = format!("CacheBehaviors.Items[{index}]");
            match PathPattern::parse(&behavior.path_pattern) {
                Ok(pattern) => behaviors.push((pattern, self.behavior(behavior, &path))),
                Err(error) => self.refuse(&format!("{path}.PathPattern"), error.to_string()),
            }
        }
        behaviors
    }

    fn behavior(&mut self, wire: WireBehavior, path: &str) -> Behavior {
        let at = |field: &str| format!("{path}.{field}");
        let methods = self.methods(&wire.allowed_methods.items, &at("AllowedMethods"));
        Behavior {
            target: wire.target_origin_id,
            cache_policy: self.cache_policy(wire.cache_policy_id.as_deref(), &at("CachePolicyId")),
            origin_request_policy: self.origin_request_policy(
                wire.origin_request_policy_id.as_deref(),
                &at("OriginRequestPolicyId"),
            ),
            response_headers: self.response_headers_policy(
                wire.response_headers_policy_id.as_deref(),
                &at("ResponseHeadersPolicyId"),
            ),
            triggers: self.triggers(
                wire.lambda_function_associations.items,
                &at("LambdaFunctionAssociations.Items"),
            ),
            methods,
            cache_options: wire.allowed_methods.caches_options(),
        }
    }

    fn methods(&mut self, named: &[String], path: &str) -> Methods {
        match WireMethods::of(named) {
            Some(methods) => methods,
            None => {
                self.refuse(
                    path,
                    "allowed are GET and HEAD; GET, HEAD and OPTIONS; or these with PUT, POST, PATCH and DELETE",
                );
                Methods::Read
            }
        }
    }

    /// The triggers of a behavior. All behaviors must have the same function at a trigger, because the simulator has
    /// one for each.
    fn triggers(&mut self, wire: Vec<wire::WireAssociation>, path: &str) -> Vec<Trigger> {
        let mut triggers = Vec::new();
        for (index, association) in wire.into_iter().enumerate() {
            let (trigger, arn) = (association.event_type, association.lambda_function_arn);
            let known = self.functions.entry(trigger).or_insert_with(|| arn.clone()).clone();
            if known != arn {
                self.refuse(
                    &format!("{path}[{index}].LambdaFunctionARN"),
                    format!("`{arn}`: another behaviour has `{known}` at {trigger}; give all behaviours one function"),
                );
            }
            triggers.push(trigger);
        }
        triggers
    }

    fn error_pages(&mut self, wire: Vec<WireErrorResponse>) -> BTreeMap<u16, ErrorPage> {
        let mut pages = BTreeMap::new();
        for (index, response) in wire.into_iter().enumerate() {
            let path = response.response_page_path.filter(|path| !path.is_empty());
            let code = response.response_code.filter(|code| !code.is_empty());
            match (path, code.map(|code| code.parse())) {
                (None, None) => {}
                (Some(path), Some(Ok(status))) => {
                    pages.insert(response.error_code, ErrorPage { path, status });
                }
                (None, Some(_)) | (Some(_), None | Some(Err(_))) => self.refuse(
                    &format!("CustomErrorResponses.Items[{index}]"),
                    "a page needs both `ResponsePagePath` and `ResponseCode`, a status",
                ),
            }
        }
        pages
    }

    /// Refuses a field of the configuration.
    fn refuse(&mut self, path: &str, problem: impl Into<String>) {
        let path = format!("{}.{path}", self.at);
        self.problems.push(ImportProblem { file: FILE.into(), path, problem: problem.into() });
    }
}

fn origin(wire: WireOrigin) -> (String, OriginSettings) {
    (wire.id.clone(), OriginSettings { origin: wire.origin() })
}
