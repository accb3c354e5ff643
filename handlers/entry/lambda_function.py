"""Replaces the Python runtime by the Rust function next to this file.

Lambda@Edge runs AWS's managed runtimes only. The runtime imports this module while it initialises, before it has opened
a socket; `execv` then puts `bootstrap` into the same process, which talks to the Lambda Runtime API itself. No event
ever passes through Python. If `bootstrap` cannot be started, this module passes every request and response on and logs an
error that names the file and the repair: an init error would be a 503 for every viewer.
"""

import json
import os

X86_64 = 62  # e_machine of the ELF header; Lambda@Edge runs x86_64 only.


class BootstrapError(Exception):
    """`bootstrap` cannot run."""


def checked(path):
    """Returns `path` if it is an x86_64 ELF file."""
    try:
        with open(path, "rb") as file:
            header = file.read(20)
    except OSError as error:
        raise BootstrapError(
            f"`{path}` cannot be read ({error.strerror}): build the zip with `edgeswitch package`"
        ) from error
    if header[:4] != b"\x7fELF" or len(header) < 20:
        raise BootstrapError(f"`{path}` is not an ELF binary: build the zip with `edgeswitch package`")
    machine = int.from_bytes(header[18:20], "little")
    if machine != X86_64:
        raise BootstrapError(
            f"`{path}` is built for ELF machine {machine}, not {X86_64} (x86_64): "
            "build it with `--target x86_64-unknown-linux-musl`"
        )
    return path


def executable(path):
    """Returns `path`, or an executable copy if the zip lost its mode bits: the task folder is read-only."""
    if os.access(path, os.X_OK):
        return path
    import shutil  # Costs milliseconds; only a zip without mode bits pays them.

    copy = os.path.join(os.environ.get("TMPDIR", "/tmp"), "edgeswitch-bootstrap")
    try:
        shutil.copyfile(path, copy + ".new")
        os.chmod(copy + ".new", 0o755)
        os.replace(copy + ".new", copy)
    except OSError as error:
        raise BootstrapError(
            f"`{path}` is not executable and cannot be copied to `{copy}` ({error.strerror}): "
            "give it mode 0755 in the zip, as `edgeswitch package` does"
        ) from error
    return copy


def start(path):
    """Replaces this process. Returns only if it fails, with an exception."""
    program = executable(checked(path))
    try:
        os.execv(program, [program])
    except OSError as error:
        raise BootstrapError(
            f"`{program}` cannot be started ({error.strerror}): build the zip with `edgeswitch package`"
        ) from error


def report(message):
    """Writes one log line, as the function itself would."""
    print(json.dumps({"level": "ERROR", "message": "bootstrap is not running: passed on", "error": message}))


def lambda_handler(event, _context):
    """Passes on the response, or the request without headers that only our functions may write."""
    report(PROBLEM)
    cf = event["Records"][0]["cf"]
    if cf.get("response") is not None:
        return cf["response"]
    request = cf["request"]
    if not str((cf.get("config") or {}).get("eventType", "")).startswith("origin-"):
        headers = request.get("headers") or {}
        request["headers"] = {name: value for name, value in headers.items() if not name.lower().startswith(INTERNAL)}
    return request


INTERNAL = "x-bluegreen-"  # Nothing that a viewer sends ever stands for a stamp of ours.
try:
    start(os.path.join(os.path.dirname(os.path.abspath(__file__)), "bootstrap"))
except BootstrapError as error:
    PROBLEM = str(error)
    report(PROBLEM)
