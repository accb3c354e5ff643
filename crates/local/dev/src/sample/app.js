// Pins the back end to this page's release, even if another tab has changed the cookie.
const ofThisRelease = { headers: { "x-deployment-id": "{{release}}" } };
const place = (id) => document.getElementById(id);

function card({ name, taste, price }) {
  const item = document.createElement("li");
  const title = document.createElement("b");
  title.textContent = name;
  item.append(title, `${taste}, ${price}`);
  return item;
}

async function products() {
  try {
    const answer = await fetch("/api/products", ofThisRelease);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const { colour, products } = await answer.json();
    place("products").replaceChildren(...products.map(card));
    place("back-end").textContent = `The ${colour} back end answered.`;
  } catch (error) {
    place("back-end").textContent = `The back end did not answer: ${error.message}.`;
  }
}

async function details() {
  try {
    const { details } = await import("./{{details.js}}");
    place("details").textContent = details;
  } catch {
    place("details").textContent = "The details of this release are gone: reload the page.";
  }
}

place("loaded").textContent = new Date().toLocaleTimeString();
place("more").addEventListener("click", details);
products();
