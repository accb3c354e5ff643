//! A site of `site.yaml`, with the functions of `functions.yaml`.

use std::sync::Arc;

use testkit::Ministack;

use super::created::{Functions, TRIGGERS};
use super::stack::{Stack, Texts, package};
use super::template::SITE;
use crate::aws::HOME;
use crate::aws::account::shared;

/// A site with the plan `first`, and an empty bucket.
pub(crate) struct Site {
    pub(crate) account: Arc<Ministack>,
    /// The outputs of the functions.
    pub(crate) outputs: Texts,
    pub(crate) distribution: String,
    pub(crate) bucket: String,
    /// The name of the parameter.
    pub(crate) plan: String,
}

impl Site {
    /// Deploys both templates. `api` is the domain of the back end, and `route` its path.
    pub(crate) fn deploy(name: &'static str, route: &str, api: &str) -> Self {
        Self::deploy_packages(shared(), name, route, api, package)
    }

    /// Like [`Self::deploy`] in any account, with a package for each trigger.
    pub(crate) fn deploy_packages(
        account: Arc<Ministack>,
        name: &'static str,
        route: &str,
        api: &str,
        package: impl Fn(&str) -> Vec<u8>,
    ) -> Self {
        let api = [("ApiDomain", api), ("ApiPath", route)];
        Self::deploy_parameters(account, name, &api, package)
    }

    /// Deploys both templates, with more parameters for the site.
    pub(crate) fn deploy_parameters(
        account: Arc<Ministack>,
        name: &'static str,
        more: &[(&str, &str)],
        package: impl Fn(&str) -> Vec<u8>,
    ) -> Self {
        let mut functions = Functions::of(Arc::clone(&account), name);
        for (resource, trigger) in TRIGGERS {
            functions.upload(resource, &package(trigger));
        }
        let outputs = functions.stack.create(&functions.parameters);
        let mut parameters = outputs.clone();
        parameters.remove("LogGroup");
        let (bucket, plan) = (format!("{name}-releases"), format!("/{name}/plan"));
        for (key, value) in [
            ("Name", name),
            ("BucketName", &bucket),
            ("PlanParameter", &plan),
            ("PlanRegions", HOME),
        ]
        .iter()
        .chain(more)
        {
            parameters.insert((*key).into(), (*value).into());
        }
        let stack = Stack { account: Arc::clone(&account), region: HOME, name, template: SITE };
        let distribution = stack.create(&parameters)["DistributionId"].clone();
        Self { account, outputs, distribution, bucket, plan }
    }
}
