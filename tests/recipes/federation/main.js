document.querySelector("h1").textContent = __RELEASE__;
document.querySelector("#lazy").onclick = async ({ target }) => {
  const { release } = await import("cart/total");
  target.textContent = release;
};
