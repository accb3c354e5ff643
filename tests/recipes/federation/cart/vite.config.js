import { federation } from "@module-federation/vite";
import { defineConfig } from "vite";

const release = process.env.RELEASE ?? "dev";

export default defineConfig({
  base: "/cart/",
  define: { __RELEASE__: JSON.stringify(release) },
  build: { target: "esnext", rolldownOptions: { input: "total.js" } },
  plugins: [
    federation({
      name: "cart",
      filename: "remoteEntry.js",
      exposes: { "./total": "./total.js" },
      dts: false,
    }),
  ],
});
