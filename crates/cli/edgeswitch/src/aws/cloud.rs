use std::collections::BTreeMap;

use distribution_edit::PolicyId;
use edge_config::{LoadBalancer, Records};
use futures_util::future::BoxFuture;

use crate::aws::{
    Alarms, Answers, AwsError, Balancer, Bucket, Bus, Configuration, Deployer, Distribution,
    Invoked, ParameterClient, US_EAST_1, WeightedRecords,
};

/// The future result of a call to AWS.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, AwsError>>;

/// An AWS account, or a substitute for one in tests.
pub trait Cloud: Send + Sync {
    /// A parameter in Parameter Store, whether it exists or not.
    fn parameter(&self, name: &str, region: &str) -> Box<dyn ParameterClient>;
    /// A CloudFront distribution.
    fn distribution(&self, id: &str) -> Box<dyn Distribution>;
    /// The configuration of a CloudFront distribution.
    fn configuration(&self, id: &str) -> Box<dyn Configuration>;
    /// The outputs of a CloudFormation stack in us-east-1; `None` if there is no such stack.
    fn outputs<'a>(&'a self, stack: &'a str) -> Answer<'a, Option<BTreeMap<String, String>>>;
    /// The number of the version of a function that `edgeswitch deploy` found good last, by the function's ARN.
    fn tested<'a>(&'a self, function: &'a str) -> Answer<'a, Option<String>> {
        let lambda = self.deployer().functions(US_EAST_1);
        Box::pin(async move { lambda.tested(function).await })
    }
    /// The name of a policy of CloudFront; `None` if there is none with this id.
    fn policy_name<'a>(&'a self, policy: &'a PolicyId) -> Answer<'a, Option<String>> {
        let names = self.deployer().policy_names();
        Box::pin(async move { names.name(policy).await })
    }
    /// Calls a Lambda function once with an event, and waits for its answer for as long as the caller waits.
    fn invoke<'a>(
        &'a self,
        function: &'a str,
        region: &'a str,
        event: &'a [u8],
    ) -> Answer<'a, Invoked> {
        let lambda = self.deployer().unhurried_functions(region);
        Box::pin(async move { lambda.invoke(function, event).await })
    }
    /// An S3 bucket.
    fn bucket(&self, name: &str) -> Box<dyn Bucket>;
    /// The account in the words of a question: `of account 123456789012`, or `at http://127.0.0.1:8082` for
    /// another endpoint than AWS's. `None` if it is not known.
    fn address(&self) -> BoxFuture<'_, Option<String>> {
        Box::pin(async { None })
    }
    /// Everything that the doctor asks.
    fn answers(&self) -> Box<dyn Answers>;
    /// CloudWatch's alarms in a Region.
    fn alarms(&self, region: &str) -> Box<dyn Alarms>;
    /// The default event bus of a Region.
    fn bus(&self, region: &str) -> Box<dyn Bus>;
    /// The forward action of a load balancer.
    fn balancer(&self, follower: &LoadBalancer) -> Box<dyn Balancer>;
    /// The records of a name in Route 53.
    fn records(&self, follower: &Records) -> Box<dyn WeightedRecords>;
    /// The services with which the functions are deployed.
    fn deployer(&self) -> Deployer;
}
