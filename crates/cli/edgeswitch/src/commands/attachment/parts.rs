use std::collections::BTreeMap;

use clap::Args;
use distribution_edit::{
    ArnError, Distribution, FallbackOrigin, Own, Policies, PolicyId, VersionArn, Wiring,
    policy_name,
};
use thiserror::Error;

use crate::aws::{AwsError, AwsErrorKind, Cloud};
use crate::control::{Session, TerminalError};
use crate::failure::{Advice, Failure};

/// Which functions and policies are attached.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Functions and policies")]
pub struct Parts {
    /// The stack whose outputs name the versions and the policies [default: <name>-functions].
    #[arg(long, value_name = "NAME")]
    pub stack: Option<String>,
    /// The version of viewer-request, if no stack names it.
    #[arg(long, value_name = "ARN")]
    pub viewer_request_version: Option<String>,
    /// The version of origin-request, if no stack names it.
    #[arg(long, value_name = "ARN")]
    pub origin_request_version: Option<String>,
    /// The version of origin-response, if no stack names it.
    #[arg(long, value_name = "ARN")]
    pub origin_response_version: Option<String>,
    /// The cache policy of the bucket's behaviours, if no stack names it.
    #[arg(long, value_name = "ID")]
    pub pages_cache_policy: Option<String>,
    /// The origin request policy of the bucket's behaviours, if no stack names it.
    #[arg(long, value_name = "ID")]
    pub pages_origin_request_policy: Option<String>,
    /// The cache policy of the routes' behaviours, if no stack names it.
    #[arg(long, value_name = "ID")]
    pub routes_cache_policy: Option<String>,
    /// The origin request policy of the routes' behaviours, if no stack names it.
    #[arg(long, value_name = "ID")]
    pub routes_origin_request_policy: Option<String>,
}

/// The functions and policies are not known, or are none that CloudFront takes.
#[derive(Debug, Error)]
pub(crate) enum PartsError {
    #[error("there is no stack `{0}` in us-east-1")]
    NoStack(String),
    #[error("stack `{stack}` has no output `{output}`")]
    NoOutput { stack: String, output: &'static str },
    #[error("`{0}` was not tested, or did not answer as it must")]
    Untested(String),
    #[error(transparent)]
    Arn(#[from] ArnError),
    #[error(transparent)]
    Aws(#[from] AwsError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for PartsError {
    fn advice(&self) -> Advice {
        match self {
            Self::NoStack(_) => Advice::failed().hint(
                "deploy the functions first; `--stack` names another stack, `--viewer-request-version` and the options beside it name the parts themselves",
            ),
            Self::NoOutput { .. } => Advice::failed().hint(
                "deploy `deploy/cloudformation/functions.yaml` again, or name the part by its option",
            ),
            Self::Untested(_) => Advice::failed().hint(
                "`edgeswitch deploy` tests it, and changes nothing else if the stack is up to date; `--viewer-request-version` and the options beside it name versions that you tested yourself",
            ),
            Self::Arn(_) => Advice::usage().hint(
                "for example `arn:aws:lambda:us-east-1:123456789012:function:shop-viewer-request:3`",
            ),
            Self::Aws(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

/// Where a part is named: its option, and its output of the stack.
type Named<'a> = (&'a Option<String>, &'static str);

/// The parts by their options and, for the others, the stack's outputs.
pub(crate) struct Known<'a> {
    parts: &'a Parts,
    stack: String,
    outputs: BTreeMap<String, String>,
}

impl Parts {
    fn named(&self) -> [Named<'_>; 7] {
        [
            (&self.viewer_request_version, "ViewerRequestVersion"),
            (&self.origin_request_version, "OriginRequestVersion"),
            (&self.origin_response_version, "OriginResponseVersion"),
            (&self.pages_cache_policy, "PagesCachePolicy"),
            (&self.pages_origin_request_policy, "PagesOriginRequestPolicy"),
            (&self.routes_cache_policy, "RoutesCachePolicy"),
            (&self.routes_origin_request_policy, "RoutesOriginRequestPolicy"),
        ]
    }

    /// Reads the stack, unless every part has its option. `name` is the application's.
    pub(crate) async fn known(
        &self,
        cloud: &dyn Cloud,
        name: &str,
    ) -> Result<Known<'_>, PartsError> {
        // As `deploy` names it: a stack's name has no `_`.
        let default = || format!("{}-functions", name.replace('_', "-"));
        let stack = self.stack.clone().unwrap_or_else(default);
        let outputs = if self.named().iter().all(|(option, _)| option.is_some()) {
            BTreeMap::new()
        } else {
            let outputs = cloud.outputs(&stack).await?;
            outputs.ok_or_else(|| PartsError::NoStack(stack.clone()))?
        };
        Ok(Known { parts: self, stack, outputs })
    }

    /// The parts that the templates will make, for a look ahead: the first versions, and policies without an id.
    pub(crate) fn expected(&self, name: &str, account: &str) -> Known<'_> {
        let function = |trigger: &str| {
            format!("arn:aws:lambda:us-east-1:{account}:function:{name}-{trigger}:1")
        };
        let outputs = self.named().map(|(_, output)| {
            let value = match output {
                "ViewerRequestVersion" => function("viewer-request"),
                "OriginRequestVersion" => function("origin-request"),
                "OriginResponseVersion" => function("origin-response"),
                policy => policy.to_owned(),
            };
            (output.to_owned(), value)
        });
        Known { parts: self, stack: String::new(), outputs: outputs.into() }
    }

    /// The functions and policies that `detach` takes out. Without a stack, the functions have the names that the
    /// templates give them.
    pub(crate) async fn own(
        &self,
        session: &mut Session<'_>,
        name: &str,
    ) -> Result<Own, PartsError> {
        let unread = match self.known(session.cloud, name).await {
            Ok(known) => return known.own(name),
            Err(PartsError::Aws(error)) if error.kind == AwsErrorKind::Denied => {
                PartsError::Aws(error)
            }
            Err(PartsError::NoStack(stack)) => PartsError::NoStack(stack),
            Err(error) => return Err(error),
        };
        session.console.say(&format!(
            "{unread}: the functions and policies are known only by the options and by their names"
        ))?;
        Known { parts: self, stack: String::new(), outputs: BTreeMap::new() }.own(name)
    }
}

/// Adds the policies that have the names of the templates: those of an earlier deployment, for example. A policy that
/// cannot be read counts as somebody else's.
pub(crate) async fn with_named_policies(
    own: &Own,
    name: &str,
    read: &Distribution,
    session: &mut Session<'_>,
) -> Result<Own, PartsError> {
    let mut own = own.clone();
    for policy in read.policies_beside(&own) {
        let id = policy.id();
        if own.policies.iter().any(|known| known == id) || policy_name(id).is_some() {
            continue;
        }
        match session.cloud.policy_name(&policy).await {
            Ok(Some(found)) if PolicyId::is_named_for(name, &found) => {
                own.policies.push(id.to_owned());
            }
            Ok(_) => {}
            Err(error) if error.kind == AwsErrorKind::Denied => {
                session.console.say(&format!("{error}: the policy counts as somebody else's"))?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(own)
}

impl Known<'_> {
    fn find(&self, (option, output): Named<'_>) -> Option<String> {
        option.clone().or_else(|| self.outputs.get(output).cloned())
    }

    fn need(&self, named: Named<'_>) -> Result<String, PartsError> {
        let missing = || PartsError::NoOutput { stack: self.stack.clone(), output: named.1 };
        self.find(named).ok_or_else(missing)
    }

    /// Refuses a version of the stack that `edgeswitch deploy` has not found good. A version that an option names is
    /// its user's choice.
    pub(crate) async fn check_tested(&self, cloud: &dyn Cloud) -> Result<(), PartsError> {
        let [viewer_request, origin_request, origin_response, ..] = self.parts.named();
        for (option, output) in [viewer_request, origin_request, origin_response] {
            let Some(arn) = self.outputs.get(output).filter(|_| option.is_none()) else { continue };
            let (function, version) = arn.rsplit_once(':').unwrap_or((arn, ""));
            if cloud.tested(function).await?.as_deref() != Some(version) {
                return Err(PartsError::Untested(arn.clone()));
            }
        }
        Ok(())
    }

    /// Everything that `attach` puts into a distribution of this account.
    pub(crate) fn wiring(
        &self,
        account: &str,
        fallback_origin: FallbackOrigin,
        keep_policies: &[String],
    ) -> Result<Wiring, PartsError> {
        let [viewer_request, origin_request, origin_response, rest @ ..] = self.parts.named();
        let [pages_cache, pages_request, routes_cache, routes_request] = rest;
        Ok(Wiring {
            viewer_request: VersionArn::parse(&self.need(viewer_request)?)?,
            origin_request: VersionArn::parse(&self.need(origin_request)?)?,
            origin_response: VersionArn::parse(&self.need(origin_response)?)?,
            pages: Policies {
                cache: self.need(pages_cache)?,
                origin_request: self.need(pages_request)?,
            },
            routes: Policies {
                cache: self.need(routes_cache)?,
                origin_request: self.need(routes_request)?,
            },
            fallback_origin,
            keep_policies: keep_policies.to_vec(),
            account: account.to_owned(),
        })
    }

    fn own(&self, name: &str) -> Result<Own, PartsError> {
        let by_template = Own::named(name);
        let [viewer_request, origin_request, origin_response, policies @ ..] = self.parts.named();
        let function = |named: Named<'_>, default: String| match self.find(named) {
            Some(arn) => Ok::<_, ArnError>(VersionArn::parse(&arn)?.name().to_owned()),
            None => Ok(default),
        };
        Ok(Own {
            viewer_request: function(viewer_request, by_template.viewer_request)?,
            origin_request: function(origin_request, by_template.origin_request)?,
            origin_response: function(origin_response, by_template.origin_response)?,
            policies: policies.into_iter().filter_map(|named| self.find(named)).collect(),
        })
    }
}
