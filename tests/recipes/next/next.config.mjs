const release = process.env.RELEASE ?? "dev";

export default (phase) => ({
  output: "export",
  // Every asset's address names the release.
  assetPrefix: phase === "phase-production-build" ? `/_r/${release}` : undefined,
  // The router finds the release in what it fetches, and loads a page of another release in full.
  generateBuildId: () => release,
  compiler: { define: { __RELEASE__: release } },
});
