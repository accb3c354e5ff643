import { api, watchReleases } from "../release.js";

const element = (selector) => document.querySelector(selector);

element("h1").textContent = __RELEASE__;
element("#lazy").onclick = async () => {
  const { release } = await import("./lazy.js");
  element("#lazy").textContent = release;
};
element("#api").onclick = async () => {
  element("#api").textContent = await (await api("/api/colour")).text();
};
element("#reload").onclick = () => location.reload();
watchReleases(() => { element("#reload").hidden = false; });
