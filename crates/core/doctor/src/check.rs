use crate::checks::{
    access_logs, account, associations, attached, buckets, cache_policies, distribution, failover,
    follower_action, follower_draining, follower_records, follower_shares, follower_stickiness,
    follower_targets, forwarding, functions, guard, log_lateness, objects, origins, packaged, plan,
    roles,
};
use crate::notes::Notes;
use crate::subject::Subject;
use crate::view::View;

/// CloudFront's developer guide.
const CLOUDFRONT: &str = "AmazonCloudFront/latest/DeveloperGuide";
/// The guide to Application Load Balancers.
const BALANCERS: &str = "elasticloadbalancing/latest/application";
/// Lambda's developer guide.
const LAMBDA: &str = "lambda/latest/dg";
/// Route 53's developer guide.
const ROUTE53: &str = "Route53/latest/DeveloperGuide";

macro_rules! checks {
    ($($check:ident $id:literal of $subject:ident, $examine:path, $what:literal, $reason:literal, $guide:ident / $page:literal;)*) => {
        /// A check. Its id is stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Check { $($check,)* }

        impl Check {
            /// All checks, in the order of how often they help.
            pub const ALL: [Self; [$($id),*].len()] = [$(Self::$check),*];

            #[must_use]
            pub fn about(self) -> About {
                match self {
                    $(Self::$check => About { id: $id, what: $what, reason: $reason, guide: $guide, page: $page },)*
                }
            }

            pub(crate) fn subject(self) -> Subject {
                match self { $(Self::$check => Subject::$subject,)* }
            }

            pub(crate) fn examine(self, view: &View<'_>, notes: &mut Notes) {
                match self { $(Self::$check => $examine(view, notes),)* }
            }
        }
    };
}

checks! {
    Attached "attached" of Distribution, attached::attached,
        "the functions are attached",
        "without them the plan decides nothing",
        CLOUDFRONT / "lambda-cloudfront-trigger-events";
    AssociationVersion "association-version" of Functions, associations::version,
        "each association names a numbered version in us-east-1 of the distribution's account, and the version exists",
        "CloudFront takes neither `$LATEST` nor an alias nor another Region",
        CLOUDFRONT / "edge-function-restrictions-all";
    DeployedPackage "deployed-package" of Functions, associations::deployed,
        "the attached version is the package in `dist/`",
        "a deployment that attached no new version leaves the former code in place",
        CLOUDFRONT / "edge-function-restrictions-all";
    PackagedConfiguration "packaged-configuration" of Distribution, packaged::configuration,
        "the packages in `dist/` have the configuration of `edgeswitch.toml`",
        "the functions read the configuration in their package, not the file",
        CLOUDFRONT / "edge-function-restrictions-all";
    RoleTrust "role-trust" of Functions, roles::trust,
        "`lambda.amazonaws.com` and `edgelambda.amazonaws.com` may assume the functions' role",
        "with the first alone, CloudFront cannot replicate the function",
        CLOUDFRONT / "lambda-edge-permissions";
    PlanRights "plan-rights" of Functions, roles::plan_rights,
        "the role may read the plan in the home Region and in each replica Region",
        "the functions run in many Regions and read the nearest copy",
        CLOUDFRONT / "lambda-edge-permissions";
    Plan "plan" of Plan, plan::plan,
        "the plan exists in each Region, is the same everywhere, and is one that the functions take",
        "the functions keep the last good plan, or the package's fallback, without telling a viewer",
        CLOUDFRONT / "lambda-at-edge-function-restrictions";
    Fallback "fallback" of Distribution, packaged::fallback,
        "the packages have a fallback plan, and the plan in force still has its releases",
        "a function that starts while it cannot read the plan uses the package's",
        CLOUDFRONT / "lambda-at-edge-function-restrictions";
    Pages "pages" of Distribution, objects::pages_exist,
        "the bucket has the index documents and the `not_found` page of each release with traffic",
        "the functions put these documents in place of paths",
        CLOUDFRONT / "DefaultRootObject";
    Runtime "runtime" of Functions, functions::runtime,
        "the runtime is Python 3 or Node.js, and the handler is that of the entry module",
        "Lambda@Edge takes no custom runtimes, and `cargo lambda deploy` sets the handler `bootstrap`",
        CLOUDFRONT / "lambda-at-edge-function-restrictions";
    FunctionSettings "function-settings" of Functions, functions::settings,
        "the functions have no environment variables, layers, VPC, dead letter queue, tracing, key, large `/tmp`, arm64, image, long timeout or large package",
        "Lambda@Edge refuses each of them",
        CLOUDFRONT / "lambda-at-edge-function-restrictions";
    Triggers "triggers" of Functions, associations::triggers,
        "each behaviour that serves releases has all three functions, the same version everywhere",
        "a request that passes only some of the functions has no release, or the wrong one",
        CLOUDFRONT / "lambda-cloudfront-trigger-events";
    RouteBehaviors "route-behaviors" of Distribution, distribution::routes,
        "each route has a behaviour with the back end as target, and another for `/_r/*` in front of it",
        "CloudFront chooses the behaviour by the viewer's path, before any function runs",
        CLOUDFRONT / "DownloadDistValuesCacheBehavior";
    StampInKey "stamp-in-key" of Functions, cache_policies::stamp,
        "the cache key has `x-bluegreen-release` and `x-bluegreen-preview`, and no viewer's cookies on the bucket; with `decide_at = \"origin-request\"` also the release cookie",
        "only the cache key tells two releases apart",
        CLOUDFRONT / "cache-key-understand-cache-policy";
    CachingDisabled "caching-disabled" of Functions, cache_policies::caching_disabled,
        "a behaviour with caching disabled forwards both headers by its origin request policy",
        "a policy with all TTLs at 0 can have nothing in its key",
        CLOUDFRONT / "cache-key-create-cache-policy";
    HostToBucket "host-to-bucket" of Distribution, forwarding::host,
        "the viewer's `Host` does not reach the bucket",
        "S3 checks the signature for its own host",
        CLOUDFRONT / "private-content-restricting-access-to-s3";
    ErrorPages "error-pages" of Distribution, distribution::error_pages,
        "no error page turns 403 or 404 into 200, and none is a file of a release",
        "error pages hold for the whole distribution, and viewer-request does not run for them",
        CLOUDFRONT / "custom-error-pages";
    OriginGroup "origin-group" of Distribution, failover::group,
        "an origin group has two members, fails over on 403 and 404, and takes GET, HEAD and OPTIONS only; `not_found` has one",
        "the second attempt serves files of pages that are still open",
        CLOUDFRONT / "high_availability_origin_failover";
    FallbackMember "fallback-member" of Functions, failover::member,
        "the second member has the header `x-bluegreen-role: fallback`, the first has not",
        "the functions know the second attempt by this header",
        CLOUDFRONT / "add-origin-custom-headers";
    BucketAccess "bucket-access" of Distribution, buckets::access,
        "CloudFront signs its requests to the bucket, and the bucket and its key let this distribution read",
        "otherwise viewers get a 403, or the bucket is open to everybody",
        CLOUDFRONT / "private-content-restricting-access-to-s3";
    BucketListing "bucket-listing" of Distribution, buckets::listing,
        "if CloudFront may list the bucket, the distribution has a default root object",
        "a request for `/` that reaches S3 lists the bucket",
        CLOUDFRONT / "DefaultRootObject";
    BucketDomain "bucket-domain" of Distribution, origins::bucket_domain,
        "the bucket's domain is that of its Region, not its website",
        "S3 redirects requests for a bucket elsewhere to its own address",
        CLOUDFRONT / "DownloadDistValuesOrigin";
    OriginPath "origin-path" of Distribution, origins::path,
        "the origin's path does not repeat the releases' prefix",
        "CloudFront puts the path before what the functions choose",
        CLOUDFRONT / "DownloadDistValuesOrigin";
    CustomOrigin "custom-origin" of Distribution, origins::custom,
        "a back end's domain resolves and is on its certificate, and TLS is used",
        "CloudFront looks the configured domain up before origin-request runs",
        CLOUDFRONT / "lambda-at-edge-function-restrictions";
    Cookies "cookies" of Functions, forwarding::cookies,
        "the release cookie reaches the bucket's behaviours, and cookies reach the back ends",
        "CloudFront removes `Set-Cookie` where it forwards no cookies",
        CLOUDFRONT / "Cookies";
    ViewerFunctions "viewer-functions" of Distribution, associations::viewer_functions,
        "no CloudFront Function is on a viewer event beside viewer-request",
        "CloudFront allows only one kind on the viewer events of a behaviour",
        CLOUDFRONT / "edge-function-restrictions-all";
    FlatRatePlan "flat-rate-plan" of Distribution, account::flat_rate,
        "the distribution is not on a flat-rate plan",
        "these plans allow no Lambda@Edge",
        CLOUDFRONT / "flat-rate-pricing-plan";
    VpcOrigin "vpc-origin" of Distribution, origins::vpc,
        "no behaviour with an origin function has a VPC origin",
        "VPC origins allow no origin-facing Lambda@Edge",
        CLOUDFRONT / "private-content-vpc-origins";
    Logs "logs" of Functions, account::logs,
        "the functions' log groups have a retention in each Region",
        "a function logs in the Region where it runs, in a group that Lambda makes without a retention",
        CLOUDFRONT / "edge-functions-logs";
    AccessLogs "access-logs" of AccessLogs, access_logs::delivered,
        "with `[observe]`, the distribution's access logs are on and have the fields that `observe` reads",
        "a log that is not written cannot be read later",
        CLOUDFRONT / "standard-logging";
    AccessLogCookies "access-log-cookies" of AccessLogs, access_logs::cookies,
        "with `label = true` and without routes, the access logs have no cookies",
        "logs with cookies have every cookie of every request, sessions too",
        CLOUDFRONT / "standard-logs-reference";
    LogLateness "log-lateness" of GateLogs, log_lateness::lateness,
        "with a bucket in `logs` of `[gate]`, access logs come within `lateness_seconds`",
        "the gate looks at requests of that age, and does not know that rows are missing",
        CLOUDFRONT / "standard-logs-reference";
    MinimumTtl "minimum-ttl" of Functions, cache_policies::minimum_ttl,
        "the minimum TTL is 0",
        "a minimum TTL overrides `no-store`",
        CLOUDFRONT / "Expiration";
    ContinuousDeployment "continuous-deployment" of Distribution, distribution::continuous_deployment,
        "the distribution has no continuous deployment policy and is not a staging one",
        "two canaries multiply",
        CLOUDFRONT / "continuous-deployment-quotas-considerations";
    LegacyCacheSettings "legacy-cache-settings" of Distribution, cache_policies::legacy,
        "each behaviour has a cache policy",
        "without one, an origin request policy is refused and the key cannot be checked",
        CLOUDFRONT / "working-with-policies";
    Compression "compression" of Distribution, cache_policies::compression,
        "compression is on in the behaviour and in the cache policy, or in neither; `Accept-Encoding` is not listed",
        "with one of the two alone, CloudFront compresses nothing",
        CLOUDFRONT / "ServingCompressedFiles";
    DeployerRights "deployer-rights" of Distribution, account::deployer,
        "you may attach functions",
        "CloudFront replicates a function with the rights of whoever attaches it",
        CLOUDFRONT / "lambda-edge-permissions";
    Rollout "rollout" of Distribution, distribution::rollout,
        "no change of the distribution is being deployed",
        "until then some edge locations have the former configuration",
        CLOUDFRONT / "HowToUpdateDistribution";
    PolicyQuota "policy-quota" of Distribution, cache_policies::quota,
        "the account has fewer than 20 cache policies of its own",
        "at the quota the next deployment fails",
        CLOUDFRONT / "cloudfront-limits";
    Distribution "distribution" of Distribution, distribution::usable,
        "the distribution is enabled, not multi-tenant, without gRPC on its behaviours, and has the configured bucket",
        "otherwise viewers get no answer, or not the releases",
        CLOUDFRONT / "distribution-web-values-specify";
    QueryStrings "query-strings" of Distribution, forwarding::query_strings,
        "query strings reach the back ends",
        "CloudFront removes what no policy names",
        CLOUDFRONT / "QueryStringParameters";
    ViewerTls "viewer-tls" of Distribution, distribution::tls,
        "viewers use at least the security policy `TLSv1.2_2021`",
        "older policies allow ciphers and versions that browsers have given up",
        CLOUDFRONT / "secure-connections-supported-viewer-protocols-ciphers";
    FollowerAction "follower-action" of Balancers, follower_action::action,
        "the listener or rule of each follower exists and forwards",
        "without it the plan moves none of the load balancer's traffic",
        BALANCERS / "load-balancer-listeners";
    FollowerTargets "follower-targets" of Balancers, follower_targets::targets,
        "the target groups of a follower exist, are of its load balancer, and have a healthy target",
        "if nothing there answers, viewers whom the plan moves to the slot get an error",
        BALANCERS / "target-group-health-checks";
    FollowerStickiness "follower-stickiness" of Balancers, follower_stickiness::stickiness,
        "group stickiness is at most 5 minutes, and on if a target group has stickiness of its own",
        "viewers with a group cookie stay where they were, after a rollback too",
        BALANCERS / "sticky-sessions";
    FollowerDraining "follower-draining" of Balancers, follower_draining::draining,
        "the deregistration delay is at least as long as the longest request",
        "a request that is under way when the delay ends is cut",
        BALANCERS / "edit-target-group-attributes";
    FollowerRecords "follower-records" of Records, follower_records::records,
        "the records of a follower exist, are weighted and have one TTL of a minute at most; aliases evaluate the health of their target",
        "otherwise the plan moves no viewer, or moves viewers late",
        ROUTE53 / "resource-record-sets-values-weighted";
    FollowerShares "follower-shares" of Followers, follower_shares::shares,
        "each follower has the shares of the plan, its stickiness, its delay and its TTL",
        "ELB and Route 53 have no compare-and-set: another writer can replace the weights of the plan",
        BALANCERS / "rule-action-types";
    Guard "guard" of Guard, guard::guard,
        "a guard that holds a ramp runs each minute; it has no trouble, and the configuration of `edgeswitch.toml`",
        "nobody else renews the lease of the ramp and watches its alarms",
        LAMBDA / "with-eventbridge-scheduler";
}

/// A check in words.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// The stable id, for programs.
    pub id: &'static str,
    /// The state that the check expects.
    pub what: &'static str,
    pub reason: &'static str,
    guide: &'static str,
    page: &'static str,
}

impl About {
    /// The page of AWS's documentation.
    #[must_use]
    pub fn page(&self) -> String {
        format!("https://docs.aws.amazon.com/{}/{}.html", self.guide, self.page)
    }
}
