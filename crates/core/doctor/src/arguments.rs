use crate::arn::VersionArn;
use crate::behavior::Behavior;
use crate::snapshot::{Read, Snapshot};
use crate::source::Source;
use crate::view::{View, bucket_name};
use crate::wanted::{function, key_of};

/// CloudFront's port for TLS where an origin names none.
const HTTPS: u16 = 443;

/// A question for IAM's policy simulator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// The ARN of the user or role that calls.
    pub principal: String,
    pub calls: Vec<Call>,
}

/// Actions on one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub actions: Vec<&'static str>,
    pub resource: String,
    /// The Region that the caller talks to, for policies with the condition `aws:RequestedRegion`.
    pub region: String,
}

/// The arguments of the calls that a [`Source`] does not name itself.
impl Snapshot {
    /// The distribution: the one that was read, or else the one that was asked for.
    #[must_use]
    pub fn distribution_id(&self) -> Option<&str> {
        View::new(self).and_then(|view| view.id()).or_else(|| self.asked_id())
    }

    pub(crate) fn asked_id(&self) -> Option<&str> {
        let configured = || self.config.as_ref()?.distribution_id.as_deref();
        self.distribution_id.as_deref().or_else(configured)
    }

    /// The names that the log group of a function may have, wherever it ran.
    #[must_use]
    pub fn log_groups(&self) -> Vec<String> {
        let Some(view) = View::new(self) else { return Vec::new() };
        let mut all = Vec::new();
        for arn in versions(&view) {
            all.push(format!("/aws/lambda/us-east-1.{}", arn.name));
            let own = view.known(&function(arn)).map(|one| one.at("LoggingConfig.LogGroup").text());
            all.extend(own.filter(|own| !own.is_empty()).map(ToOwned::to_owned));
        }
        all.sort();
        all.dedup();
        all
    }

    /// The caller's ARN.
    #[must_use]
    pub fn caller(&self) -> Option<&str> {
        match self.find(&Source::Identity)? {
            (_, Read::Known(identity)) => identity.get("Arn")?.as_str(),
            (_, Read::Missing(_) | Read::Refused(_) | Read::OutOfReach(_) | Read::NotAsked) => None,
        }
    }

    /// The Region of a bucket's key: that of its ARN, or else of the bucket.
    #[must_use]
    pub fn key_region(&self, key: &str) -> Option<String> {
        if let ["arn", _, "kms", region, ..] = key.split(':').collect::<Vec<_>>().as_slice() {
            return Some((*region).to_owned());
        }
        let view = View::new(self)?;
        let origins = view.serving_origins();
        let mut buckets = origins.iter().filter_map(bucket_name);
        let bucket = buckets.find(|bucket| {
            let known = view.known(&Source::BucketEncryption((*bucket).into()));
            known.and_then(|known| key_of(&known)).as_deref() == Some(key)
        })?;
        let location = view.known(&Source::BucketLocation(bucket.into()))?;
        let region = location.get("LocationConstraint").text();
        Some(region.to_owned()).filter(|region| !region.is_empty())
    }

    /// The port of an origin's listener for TLS.
    #[must_use]
    pub fn https_port(&self, domain: &str) -> u16 {
        let Some(view) = View::new(self) else { return HTTPS };
        let origins = view.serving_origins();
        let origin = origins.iter().find(|origin| origin.get("DomainName").text() == domain);
        let port = origin.and_then(|origin| origin.at("CustomOriginConfig.HTTPSPort").number());
        port.and_then(|port| u16::try_from(port).ok()).unwrap_or(HTTPS)
    }

    /// What a function's role must be allowed: to read the plan in each Region. `None` if the role or the
    /// configuration is not known.
    #[must_use]
    pub fn role_rights(&self, role: &str) -> Option<Rights> {
        let view = View::new(self)?;
        let known = view.known(&Source::Role(role.into()))?;
        let principal = known.at("Role.Arn").text();
        let account = principal.split(':').nth(4)?;
        let place = &view.project()?.parameter;
        let name = place.name.trim_start_matches('/');
        let regions = std::iter::once(&place.home_region).chain(&place.replica_regions);
        let call = |region: &String| Call {
            actions: vec!["ssm:GetParameter"],
            resource: format!("arn:aws:ssm:{region}:{account}:parameter/{name}"),
            region: region.clone(),
        };
        Some(Rights { principal: principal.into(), calls: regions.map(call).collect() })
    }

    /// What attaches the functions: calls of the user or role `principal`. `None` if the distribution is not known.
    #[must_use]
    pub fn caller_rights(&self, principal: &str) -> Option<Rights> {
        let view = View::new(self)?;
        let (account, id) = (view.account()?, view.id()?);
        let call = |actions: &[&'static str], resource: String| Call {
            actions: actions.into(),
            resource,
            region: "us-east-1".into(),
        };
        let mut calls = vec![call(
            &["cloudfront:UpdateDistribution"],
            format!("arn:aws:cloudfront::{account}:distribution/{id}"),
        )];
        for (service, role) in [
            ("replicator.lambda.amazonaws.com", "AWSServiceRoleForLambdaReplicator"),
            ("logger.cloudfront.amazonaws.com", "AWSServiceRoleForCloudFrontLogger"),
        ] {
            let arn = format!("arn:aws:iam::{account}:role/aws-service-role/{service}/{role}");
            calls.push(call(&["iam:CreateServiceLinkedRole"], arn));
        }
        for VersionArn { name, version, .. } in versions(&view) {
            let arn = format!("arn:aws:lambda:us-east-1:{account}:function:{name}:{version}");
            let actions =
                ["lambda:GetFunction", "lambda:EnableReplication", "lambda:DisableReplication"];
            calls.push(call(&actions, arn));
        }
        Some(Rights { principal: principal.into(), calls })
    }
}

/// The attached versions, once each.
fn versions<'a>(view: &View<'a>) -> Vec<VersionArn<'a>> {
    let mut all = Vec::new();
    for (_, field) in view.serving().iter().flat_map(Behavior::associations) {
        let arn = VersionArn::parse(field.text());
        all.extend(arn.ok().filter(|arn| !all.contains(arn)));
    }
    all
}
