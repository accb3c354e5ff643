// The baseline of the benchmarks: the usual blue/green function in JavaScript. The release cookie decides. Without a
// cookie it uses the active release from Parameter Store, which it caches in a module variable. Like the Rust functions,
// it reads the first value while it initialises.
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";

const TTL = 15_000;
const store = new SSMClient({ region: "eu-central-1" });
let active = { release: "", expires: 0 };

async function activeRelease() {
  if (Date.now() >= active.expires) {
    const { Parameter } = await store.send(new GetParameterCommand({ Name: "/shop/plan" }));
    active = { release: Parameter.Value.split(" ")[0], expires: Date.now() + TTL };
  }
  return active.release;
}

function releaseCookie(request) {
  for (const { value } of request.headers.cookie ?? []) {
    for (const cookie of value.split(";")) {
      const [name, release] = cookie.trim().split("=");
      if (name === "release") return release;
    }
  }
}

export async function handler(event) {
  const { request } = event.Records[0].cf;
  const release = releaseCookie(request) ?? (await activeRelease());
  request.headers["x-bluegreen-release"] = [{ key: "x-bluegreen-release", value: release }];
  return request;
}

await activeRelease();
