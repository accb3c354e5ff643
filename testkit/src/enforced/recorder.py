"""ministack with enforced policies. It writes each decision about a request to a file, one JSON document a line.

Requests of the access key `test`, with which tests arrange an account, are neither checked nor written.
"""

import json
import os
import sys
from urllib.parse import parse_qs

import cbor2

os.environ["AUTH"] = "true"
LOG = sys.argv.pop(1)
ROOT = "test"

from ministack.core import iam_actions, iam_evaluator  # noqa: E402

# What ministack leaves at `*` although AWS has an ARN for it (service authorization reference).
CLOUDFRONT = {"cache-policy", "origin-request-policy", "origin-access-control", "response-headers-policy"}

# Services whose operation ministack does not find, and their prefix in policies: /v1/ListSubscriptions.
OPERATION_IS_LAST = {"monitoring": "cloudwatch", "pricingplanmanager": "pricingplanmanager"}


def write(**line):
    with open(LOG, "a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")


def with_arns(extract):
    def extract_resource_arn(service, method, path, headers, body, query_params, region, account_id):
        if service == "monitoring" and "/operation/" in path:
            # ministack looks for JSON, and CloudWatch's clients send CBOR.
            names = cbor2.loads(body).get("AlarmNames", [])
            return f"arn:aws:cloudwatch:{region}:{account_id}:alarm:{names[0] if names else '*'}"
        arn = extract(service, method, path, headers, body, query_params, region, account_id)
        kind, _, name = path.removeprefix("/2020-05-31/").partition("/")
        if arn == "*" and service == "cloudfront" and kind in CLOUDFRONT and name:
            return f"arn:aws:cloudfront::{account_id}:{kind}/{name.split('/')[0]}"
        if arn == "*" and service == "iam":
            return parse_qs(body.decode()).get("PolicySourceArn", [arn])[0]
        if arn == "*" and service == "athena":
            # AWS knows the workgroup of a query by its id.
            return f"arn:aws:athena:{region}:{account_id}:workgroup/primary"
        if service == "ssm":
            # `/shop/plan:3` is a version of the parameter, which has no ARN of its own.
            head, parameter, name = arn.partition(":parameter/")
            return head + parameter + name.split(":")[0]
        qualifier = query_params.get("Qualifier") if service == "lambda" else None
        return f"{arn}:{qualifier[0] if isinstance(qualifier, list) else qualifier}" if qualifier else arn

    return extract_resource_arn


def recorded(enforce):
    def enforced(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        if access_key_id == ROOT:
            return None
        # The gateway asks with the signatures of other requests, so only the access key counts.
        iam_evaluator._signed_request.set(None)
        # AWS is called by TLS.
        iam_evaluator._request_origin.set(("127.0.0.1", True))
        denied = enforce(access_key_id, iam_action, service, region, resource_arn, service_context)
        by = {"by": access_key_id, "region": region}
        write(**by, action=iam_action, resource=resource_arn, reason=str(denied) if denied else None)
        if iam_action == "s3:GetObject" and not denied:
            # S3 tells only who may list the bucket that an object is missing.
            bucket = resource_arn.split("/")[0]
            unlisted = enforce(access_key_id, "s3:ListBucket", service, region, bucket, service_context)
            write(**by, action="s3:ListBucket", resource=bucket, reason=str(unlisted) if unlisted else None)
        return denied

    return enforced


def unless_root(check):
    return lambda access_key_id, service=None: None if access_key_id == ROOT else check(access_key_id, service)


def known(extract):
    def extract_iam_action(service, method, path, headers, body, query_params):
        action = extract(service, method, path, headers, body, query_params)
        if action is None and service in OPERATION_IS_LAST:
            return f"{OPERATION_IS_LAST[service]}:{path.rsplit('/', 1)[-1]}"
        _, _, credential = headers.get("authorization", "").partition("Credential=")
        by = credential.partition("/")[0]
        if action is None and by != ROOT:
            write(by=by, region="", action=f"unknown: {service} {method} {path}", resource="*", reason="unknown")
        return action

    return extract_iam_action


iam_actions.extract_resource_arn = with_arns(iam_actions.extract_resource_arn)
iam_actions.extract_iam_action = known(iam_actions.extract_iam_action)
iam_evaluator.enforce = recorded(iam_evaluator.enforce)
iam_evaluator.check_credentials = unless_root(iam_evaluator.check_credentials)

from ministack.app import main  # noqa: E402

sys.exit(main())
