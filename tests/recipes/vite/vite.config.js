import { defineConfig } from "vite";

const release = process.env.RELEASE ?? "dev";

export default defineConfig(({ command }) => ({
  // Every asset's address names the release.
  base: command === "build" ? `/_r/${release}/` : "/",
  define: { __RELEASE__: JSON.stringify(release) },
}));
