"""Prints answers of AWS's APIs, each as XML and as the AWS SDK for Python and the AWS command line read it.

The answers are made from the SDK's own service models: every field of each operation has a value, or every list,
text and object is empty.
"""

import json
import sys
from urllib.parse import unquote

import botocore.session
from botocore.parsers import create_parser

OPERATIONS = {
    "cloudfront": [
        "GetDistribution", "GetDistributionConfig", "UpdateDistribution", "ListDistributions",
        "GetCachePolicy", "ListCachePolicies", "GetOriginRequestPolicy", "GetResponseHeadersPolicy",
        "GetOriginAccessControl", "GetInvalidation",
    ],
    "iam": ["GetRole", "GetRolePolicy", "ListRolePolicies", "SimulatePrincipalPolicy"],
    "cloudformation": [
        "DescribeStacks", "DescribeStackEvents", "DescribeChangeSet", "DescribeStackResources",
        "ListStackResources", "GetTemplateSummary",
    ],
    "sts": ["GetCallerIdentity"],
    "elbv2": [
        "DescribeListeners", "DescribeRules", "DescribeLoadBalancerAttributes", "DescribeTargetGroups",
        "DescribeTargetGroupAttributes", "DescribeTargetHealth",
    ],
    "route53": ["ListResourceRecordSets"],
}
DOCUMENTS = {"AssumeRolePolicyDocument", "PolicyDocument"}
TEXTS = {"timestamp": "2026-11-27T10:00:00Z", "boolean": "true", "integer": "7", "long": "7", "float": "0.5",
         "double": "0.5", "string": "a &lt; b", "blob": "YQ=="}


def element(name, shape, empty, is_query):
    """A shape as XML."""
    if shape.type_name == "structure":
        # A header is not in the body.
        members = {key: one for key, one in shape.members.items() if "location" not in one.serialization}
        inner = "".join(
            element(one.serialization.get("name", key), one, empty, is_query)
            for key, one in members.items()
            if not (empty and key not in shape.required_members and one.type_name in ("boolean", "integer", "long"))
        )
        if empty and not shape.required_members:
            inner = ""
    elif shape.type_name == "list":
        member = shape.member.serialization.get("name", "member")
        inner = "" if empty else 2 * element(member, shape.member, empty, is_query)
    elif shape.type_name == "map":
        inner = "" if empty else "<entry><key>k</key><value>v</value></entry>"
    elif name in DOCUMENTS and is_query and not empty:
        inner = "%7B%22Version%22%3A%20%222012-10-17%22%7D"
    else:
        inner = "" if empty and shape.type_name == "string" else TEXTS[shape.type_name]
    return f"<{name}>{inner}</{name}>"


def xml(operation, protocol, empty):
    """An answer's body."""
    output = operation.output_shape
    if protocol == "query":
        inner = "".join(
            element(one.serialization.get("name", key), one, empty, True) for key, one in output.members.items()
        )
        name = operation.name
        return f"<{name}Response><{name}Result>{inner}</{name}Result><ResponseMetadata/></{name}Response>"
    payload = output.serialization.get("payload")
    if payload is None:
        return element(f"{operation.name}Response", output, empty, False)
    return element(payload, output.members[payload], empty, False)


def readable(value):
    """A policy document is JSON, as botocore's handlers and the command line have it."""
    if isinstance(value, dict):
        return {key: document(one) if key in DOCUMENTS else readable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [readable(one) for one in value]
    return value


def document(text):
    return json.loads(unquote(text)) if text else text


session = botocore.session.Session()
for service, operations in OPERATIONS.items():
    model = session.get_service_model(service)
    protocol = model.metadata["protocol"]
    parser = create_parser(protocol)
    # The command line prints times as AWS sends them.
    parser._timestamp_parser = lambda text: text
    for name in operations:
        operation = model.operation_model(name)
        for empty in (False, True):
            body = xml(operation, protocol, empty)
            answer = {"body": body.encode(), "headers": {}, "status_code": 200}
            parsed = parser.parse(answer, operation.output_shape)
            parsed.pop("ResponseMetadata")
            json.dump({"service": service, "operation": name, "xml": body, "json": readable(parsed)}, sys.stdout)
            print()
