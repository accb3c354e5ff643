use crate::arn::{VersionArn, load_balancer, role_name};
use crate::checks::follower_shares;
use crate::checks::log_lateness::delivered_logs;
use crate::checks::objects::objects;
use crate::followed;
use crate::snapshot::{Read, Snapshot};
use crate::source::{LOG_REGIONS, Source};
use crate::subject::is_observed;
use crate::view::{View, bucket_name, is_bucket};

impl Snapshot {
    /// The answers to read next: those that the known ones refer to. Insert each of them, read or not,
    /// and ask again until nothing is wanted.
    #[must_use]
    pub fn wanted(&self) -> Vec<Source> {
        let mut wanted = vec![Source::Distribution, Source::Identity];
        if self.has_distribution() {
            wanted.extend([
                Source::Packages,
                Source::PackagedConfiguration,
                Source::CustomCachePolicies,
                Source::PricingPlans,
            ]);
        }
        if let Some(config) = &self.config {
            let place = &config.parameter;
            wanted.push(Source::Plan(place.home_region.clone()));
            wanted.extend(place.replica_regions.iter().cloned().map(Source::Plan));
            of_guard(self, &mut wanted);
        }
        if let Some(view) = View::new(self) {
            of_distribution(&view, &mut wanted);
        }
        if self.has_distribution() && is_observed(self) {
            wanted.extend([Source::DeliverySources, Source::Deliveries]);
        }
        wanted.extend(delivered_logs(self));
        of_followers(&View::without_distribution(self), &mut wanted);
        wanted.sort();
        wanted.dedup();
        wanted.retain(|source| self.find(source).is_none());
        wanted
    }
}

fn of_guard(snapshot: &Snapshot, wanted: &mut Vec<Source>) {
    if snapshot.fingerprint.is_none() {
        return;
    }
    wanted.push(Source::GuardNote);
    if let Some((_, Read::Known(_) | Read::Missing(_))) = snapshot.find(&Source::GuardNote) {
        wanted.push(Source::Moment);
    }
}

fn of_distribution(view: &View<'_>, wanted: &mut Vec<Source>) {
    for (id, _) in view.policies("CachePolicyId") {
        wanted.push(Source::CachePolicy(id.into()));
    }
    for (id, _) in view.policies("OriginRequestPolicyId") {
        wanted.push(Source::OriginRequestPolicy(id.into()));
    }
    for (id, _) in view.policies("ResponseHeadersPolicyId") {
        wanted.push(Source::ResponseHeadersPolicy(id.into()));
    }
    for behavior in view.serving() {
        for (_, arn) in behavior.associations() {
            if let Ok(arn) = VersionArn::parse(arn.text()) {
                of_function(view, function(arn), wanted);
            }
        }
    }
    let is_asked = |source: &Source| view.snapshot.find(source).is_some();
    let is_function = |source: &Source| matches!(source, Source::Function { .. });
    // A function's own log group is in its settings.
    if wanted.iter().filter(|source| is_function(source)).all(is_asked) {
        wanted.extend(LOG_REGIONS.map(|region| Source::LogGroups(region.into())));
        if is_asked(&Source::Identity) {
            wanted.push(Source::CallerRights);
        }
    }
    for origin in view.serving_origins() {
        let domain = origin.get("DomainName").text();
        match bucket_name(&origin).filter(|_| is_bucket(&origin)) {
            Some(bucket) => of_bucket(view, bucket, wanted),
            None => {
                wanted.push(Source::Addresses(domain.into()));
                if origin.at("CustomOriginConfig.OriginProtocolPolicy").text() != "http-only" {
                    wanted.push(Source::Certificates(domain.into()));
                }
            }
        }
        let control = origin.get("OriginAccessControlId");
        if control.is_set() {
            wanted.push(Source::OriginAccessControl(control.text().into()));
        }
    }
    wanted.extend(objects(view).into_iter().map(|(_, source)| source));
}

fn of_followers(view: &View<'_>, wanted: &mut Vec<Source>) {
    if view.snapshot.followers.is_empty() {
        return;
    }
    wanted.push(Source::Moment);
    for (_, one) in view.balancers() {
        let place = followed::place(one);
        if view.known(&place).is_some() {
            wanted.extend(load_balancer(one.arn()).map(Source::LoadBalancerAttributes));
        }
        wanted.push(place);
        for (_, group) in &one.target_groups {
            let source = Source::TargetGroup(group.clone());
            if view.known(&source).is_some() {
                wanted.push(Source::TargetGroupAttributes(group.clone()));
                wanted.push(Source::TargetHealth(group.clone()));
            }
            wanted.push(source);
        }
    }
    wanted.extend(view.record_sets().map(|(_, one)| followed::records(one)));
    if let Some(project) = view.project().filter(|_| follower_shares::has_drift(view)) {
        wanted.push(Source::PlanHistory(project.parameter.home_region.clone()));
    }
}

/// The answer about a version.
pub(crate) fn function(arn: VersionArn<'_>) -> Source {
    Source::Function { name: arn.name.into(), version: arn.version.into() }
}

fn of_function(view: &View<'_>, function: Source, wanted: &mut Vec<Source>) {
    let known = view.known(&function);
    wanted.push(function);
    if let Some(role) = known.and_then(|known| role_name(known.get("Role").text())) {
        let source = Source::Role(role.into());
        // The simulator takes the role's ARN.
        if view.snapshot.find(&source).is_some() {
            wanted.push(Source::RoleRights(role.into()));
        }
        wanted.push(source);
    }
}

fn of_bucket(view: &View<'_>, bucket: &str, wanted: &mut Vec<Source>) {
    let encryption = Source::BucketEncryption(bucket.into());
    if let Some(key) = view.known(&encryption).and_then(|known| key_of(&known)) {
        wanted.push(Source::KeyPolicy(key));
    }
    wanted.extend([
        encryption,
        Source::BucketPolicy(bucket.into()),
        Source::BucketLocation(bucket.into()),
    ]);
}

/// The KMS key that a bucket's objects are encrypted with by default.
pub(crate) fn key_of(encryption: &crate::field::Field<'_>) -> Option<String> {
    let rules = encryption.at("ServerSideEncryptionConfiguration.Rules").list();
    let key = rules
        .iter()
        .map(|rule| rule.at("ApplyServerSideEncryptionByDefault.KMSMasterKeyID").text())
        .find(|key| !key.is_empty());
    key.map(ToOwned::to_owned)
}
