"""Runs .github/install, which action.yml runs, with a release made here in place of GitHub's."""

import hashlib
import os
import pathlib
import subprocess
import tarfile
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
RELEASE = "https://github.com/edgeswitch/edgeswitch/releases/download/v1.2.3/"
TARGETS = {
    ("Linux", "X64"): "x86_64-unknown-linux-musl",
    ("Linux", "ARM64"): "aarch64-unknown-linux-musl",
    ("macOS", "X64"): "x86_64-apple-darwin",
    ("macOS", "ARM64"): "aarch64-apple-darwin",
}
# Answers from the folder ASSETS for URLs of the one release, and 404 like GitHub otherwise.
CURL = f"""#!/usr/bin/env bash
set -euo pipefail
while [ $# -gt 1 ]; do
  [ "$1" = --output ] && output=$2
  shift
done
case $1 in {RELEASE}*) name=${{1#{RELEASE}}} ;; *) exit 22 ;; esac
[ -f "$ASSETS/$name" ] || exit 22
cp "$ASSETS/$name" "$output"
"""


class Install(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.assets = self.folder / "assets"
        self.assets.mkdir()
        for target in TARGETS.values():
            self.pack(target)
        self.sum_up()
        self.program("bin/curl", CURL)

    def program(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
        return path

    def pack(self, target):
        name = f"edgeswitch-{target}"
        program = self.program(f"{name}/edgeswitch", f"#!/bin/sh\necho for {target}\n")
        with tarfile.open(self.assets / f"{name}.tar.gz", "w:gz") as archive:
            archive.add(program.parent, name)

    def sum_up(self):
        lines = [
            f"{hashlib.sha256(asset.read_bytes()).hexdigest()}  {asset.name}\n"
            for asset in sorted(self.assets.glob("*.tar.gz"))
        ]
        (self.assets / "SHA256SUMS").write_text("".join(lines))

    def install(self, version="v1.2.3", runner=("Linux", "X64")):
        environment = {
            "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
            "ASSETS": str(self.assets),
            "VERSION": version,
            "RUNNER_OS": runner[0],
            "RUNNER_ARCH": runner[1],
            "RUNNER_TEMP": str(self.folder / "temp"),
            "GITHUB_PATH": str(self.folder / "path"),
            "GITHUB_OUTPUT": str(self.folder / "output"),
        }
        command = ["bash", ROOT / ".github/install"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def refused(self, message, **arguments):
        result = self.install(**arguments)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertEqual(result.stdout, f"::error title=edgeswitch::{message}\n")
        self.assertFalse((self.folder / "path").exists())

    def test_each_runner_gets_its_own_program_in_its_path(self):
        for runner, target in TARGETS.items():
            with self.subTest(runner=runner):
                result = self.install(runner=runner)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual(result.stdout, f"for {target}\n")
                installed = (self.folder / "path").read_text().splitlines()[-1]
                self.assertTrue(os.access(f"{installed}/edgeswitch", os.X_OK))
                outputs = (self.folder / "output").read_text().splitlines()
                self.assertEqual(outputs[-1], f"path={installed}")

    def test_an_archive_that_was_changed_is_refused(self):
        asset = self.assets / "edgeswitch-x86_64-unknown-linux-musl.tar.gz"
        expected = hashlib.sha256(asset.read_bytes()).hexdigest()
        asset.write_bytes(asset.read_bytes() + b"\0")
        actual = hashlib.sha256(asset.read_bytes()).hexdigest()
        self.refused(f"checksum of {asset.name} is {actual}: expected {expected}")

    def test_an_archive_without_a_checksum_is_refused(self):
        (self.assets / "SHA256SUMS").write_text("")
        self.refused("SHA256SUMS of v1.2.3 does not list edgeswitch-x86_64-unknown-linux-musl.tar.gz")

    def test_a_release_that_is_not_there_is_refused(self):
        url = RELEASE.replace("v1.2.3", "v9.9.9")
        self.refused(f"cannot download {url}SHA256SUMS", version="v9.9.9")

    def test_only_a_tag_is_a_version(self):
        shown = {
            "latest": "latest",
            "1.2.3": "1.2.3",
            "v1.2": "v1.2",
            "v1.2.3/../v1": "v1.2.3/../v1",
            "v1.2.3\n::stop": r"$'v1.2.3\n::stop'",
            "$(id)": r"\$\(id\)",
        }
        for version, quoted in shown.items():
            with self.subTest(version=version):
                self.refused(
                    f"invalid version `{quoted}`: expected the tag of a release, such as v0.1.0",
                    version=version,
                )

    def test_another_operating_system_is_refused(self):
        self.refused(
            "no release for runner `Windows-X64`: expected Linux or macOS, X64 or ARM64",
            runner=("Windows", "X64"),
        )


if __name__ == "__main__":
    unittest.main()
