"""Checks the policies of deploy/iam with cfn-lint, which knows every action of AWS, but reads only templates."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CFN_LINT = pathlib.Path(sys.executable).with_name("cfn-lint")


def complaints(policy):
    """What cfn-lint says about a policy, inside a template that has nothing else."""
    resource = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy}}
    with tempfile.TemporaryDirectory() as folder:
        template = pathlib.Path(folder) / "policy.json"
        template.write_text(json.dumps({"Resources": {"Policy": resource}}))
        return subprocess.run([CFN_LINT, "-t", template], capture_output=True, text=True, check=False).stdout


class Policies(unittest.TestCase):
    def test_every_action_exists(self):
        files = sorted((ROOT / "deploy/iam").glob("*.json"))
        self.assertEqual(len(files), 7)
        for file in files:
            with self.subTest(file.name):
                self.assertEqual(complaints(json.loads(file.read_text())), "")

    def test_an_action_that_does_not_exist_is_found(self):
        policy = json.loads((ROOT / "deploy/iam/functions.json").read_text())
        policy["Statement"][0]["Action"] = "ssm:GetParametre"
        self.assertIn("getparametre", complaints(policy))

    def test_a_star_stands_only_where_no_arn_will_do(self):
        [known] = (CFN_LINT.parents[1] / "lib").glob("python3*/site-packages/cfnlint/data/AdditionalSpecs/Policies.json")
        services = json.loads(known.read_text())
        for file in (ROOT / "deploy/iam").glob("*.json"):
            for statement in json.loads(file.read_text())["Statement"]:
                if statement["Resource"] != "*":
                    continue
                actions = statement["Action"]
                for name in [actions] if isinstance(actions, str) else actions:
                    # It returns composite alarms only with a star.
                    if name == "cloudwatch:DescribeAlarms":
                        continue
                    service, action = name.lower().split(":")
                    with self.subTest(f"{file.name}: {name}"):
                        self.assertEqual(services[service]["Actions"][action].get("Resources", []), [])


if __name__ == "__main__":
    unittest.main()
