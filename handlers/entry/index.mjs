// Replaces the Node.js runtime by the Rust function next to this file.
//
// Lambda@Edge runs AWS's managed runtimes only. The runtime imports this module while it initialises, before it has
// opened a socket; `execve` then puts `bootstrap` into the same process, which talks to the Lambda Runtime API itself.
// No event ever passes through JavaScript. Two rules:
// - `process.execve` aborts the process when it fails (before Node.js 26), so everything is checked first;
// - nothing touches console, process.stdout or process.stderr before that: it would leave the pipes, which the Rust
//   function inherits, in non-blocking mode.
//
// If `bootstrap` cannot be started, this module passes every request and response on and logs an error that names the file
// and the repair: an init error would be a 503 for every viewer.
import { spawnSync } from "node:child_process";
import { accessSync, chmodSync, closeSync, constants, copyFileSync, openSync, readSync, renameSync } from "node:fs";
import { join } from "node:path";

const X86_64 = 62; // e_machine of the ELF header; Lambda@Edge runs x86_64 only.

/** Returns the first 20 bytes of the file, up to and with the ELF header's e_machine. */
function header(path) {
  const bytes = Buffer.alloc(20);
  const file = openSync(path, "r");
  try {
    readSync(file, bytes);
  } finally {
    closeSync(file);
  }
  return bytes;
}

/** Returns `path` if it is an x86_64 ELF file. */
function checked(path) {
  let bytes;
  try {
    bytes = header(path);
  } catch (cause) {
    throw new Error(`\`${path}\` cannot be read (${cause.code}): build the zip with \`edgeswitch package\``, { cause });
  }
  if (bytes.toString("latin1", 0, 4) !== "\x7fELF") {
    throw new Error(`\`${path}\` is not an ELF binary: build the zip with \`edgeswitch package\``);
  }
  const machine = bytes.readUInt16LE(18);
  if (machine !== X86_64) {
    throw new Error(
      `\`${path}\` is built for ELF machine ${machine}, not ${X86_64} (x86_64): ` +
        "build it with `--target x86_64-unknown-linux-musl`",
    );
  }
  return path;
}

/** Returns whether the file is executable. */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Returns `path`, or an executable copy if the zip lost its mode bits: the task folder is read-only. */
function executable(path) {
  if (isExecutable(path)) return path;
  const copy = join(process.env.TMPDIR ?? "/tmp", "edgeswitch-bootstrap");
  try {
    copyFileSync(path, `${copy}.new`);
    chmodSync(`${copy}.new`, 0o755);
    renameSync(`${copy}.new`, copy);
  } catch (cause) {
    throw new Error(
      `\`${path}\` is not executable and cannot be copied to \`${copy}\` (${cause.code}): ` +
        "give it mode 0755 in the zip, as `edgeswitch package` does",
      { cause },
    );
  }
  return copy;
}

/** Replaces this process. Without `process.execve` (before 22.15), runs a child and exits with its status. */
function start(path) {
  const program = executable(checked(path));
  if (process.execve) process.execve(program, [program], process.env);
  const child = spawnSync(program, { stdio: "inherit" });
  if (child.error) {
    throw new Error(`\`${program}\` cannot be started (${child.error.code}): build the zip with \`edgeswitch package\``);
  }
  process.exit(child.status ?? 1);
}

/** Writes one log line, as the function itself would. */
function report(error) {
  console.error(JSON.stringify({ level: "ERROR", message: "bootstrap is not running: passed on", error }));
}

const INTERNAL = "x-bluegreen-"; // Nothing that a viewer sends ever stands for a stamp of ours.
let problem;
try {
  start(join(import.meta.dirname, "bootstrap"));
} catch (error) {
  problem = error.message;
  report(problem);
}

/** Passes on the response, or the request without headers that only our functions may write. */
export async function handler(event) {
  report(problem);
  const { config, request, response } = event.Records[0].cf;
  if (response) return response;
  if (!`${config?.eventType}`.startsWith("origin-")) {
    const kept = Object.entries(request.headers ?? {}).filter(([name]) => !name.toLowerCase().startsWith(INTERNAL));
    request.headers = Object.fromEntries(kept);
  }
  return request;
}
