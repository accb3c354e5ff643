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
        self.assertEqual(len(files), 4)
        for file in files:
            with self.subTest(file.name):
                self.assertEqual(complaints(json.loads(file.read_text())), "")

    def test_an_action_that_does_not_exist_is_found(self):
        policy = json.loads((ROOT / "deploy/iam/functions.json").read_text())
        policy["Statement"][0]["Action"] = "ssm:GetParametre"
        self.assertIn("getparametre", complaints(policy))


if __name__ == "__main__":
    unittest.main()
