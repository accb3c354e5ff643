import { federation } from "@module-federation/vite";
import { defineConfig } from "vite";

const release = process.env.RELEASE ?? "dev";

export default defineConfig({
  define: { __RELEASE__: JSON.stringify(release) },
  build: { target: "esnext" },
  plugins: [
    federation({
      name: "shop",
      remotes: { cart: { name: "cart", type: "module", entry: "/cart/remoteEntry.js" } },
      dts: false,
    }),
  ],
});
