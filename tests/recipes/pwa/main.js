import { registerSW } from "virtual:pwa-register";
import { api } from "../release.js";

document.querySelector("h1").textContent = __RELEASE__;
document.querySelector("#api").onclick = async ({ target }) => {
  target.textContent = await (await api("/api/colour")).text();
};
// With `autoUpdate` the page reloads when a new worker has taken over.
registerSW({ immediate: true });
