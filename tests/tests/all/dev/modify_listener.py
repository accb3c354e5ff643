"""The calls of `aws elbv2`, through the AWS SDK for Python, on which the AWS command line is built.

Arguments: the endpoint, the ARN of the listener, and the JSON of `--default-actions`. Prints the actions that the load
balancer then has.
"""
import json
import sys

import boto3

endpoint, listener, actions = sys.argv[1:]
elbv2 = boto3.client(
    "elbv2",
    endpoint_url=endpoint,
    region_name="eu-central-1",
    aws_access_key_id="any",
    aws_secret_access_key="any",
)
elbv2.modify_listener(ListenerArn=listener, DefaultActions=json.loads(actions))
(found,) = elbv2.describe_listeners(ListenerArns=[listener])["Listeners"]
print(json.dumps(found["DefaultActions"]))
