import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";

const release = process.env.RELEASE ?? "dev";
const pinned = `/_r/${release}/`;

export default defineConfig(({ command }) => ({
  base: command === "build" ? pinned : "/",
  define: { __RELEASE__: JSON.stringify(release) },
  plugins: [
    VitePWA({
      registerType: "autoUpdate",
      // The worker and the manifest keep their addresses: installed applications look for them there.
      base: "/",
      scope: "/",
      buildBase: "/",
      useCredentials: true,
      manifest: { id: "/", name: "Shop", start_url: "/", scope: "/", display: "standalone" },
      workbox: {
        inlineWorkboxRuntime: true,
        // The worker fetches all files of its own release, whatever the cookie says.
        modifyURLPrefix: { "": pinned },
        navigateFallback: `${pinned}index.html`,
        navigateFallbackDenylist: [/^\/api\//, /[?&]__release=/],
      },
    }),
  ],
}));
