// The catalogue as an app: the worker that keeps pages, the notice on a kept one, the offer to install it.
// Stands before htmx and the other modules wake up, so that a kept page asks the library for nothing.

const notice = document.getElementById("kept-notice");
const worker = document.querySelector("script[data-worker]").dataset.worker;

if ("serviceWorker" in navigator) addEventListener("load", () => (worker ? start() : stop()).catch(() => {}));

async function start() {
  await navigator.serviceWorker.register(worker, { updateViaCache: "none" });
  if (!notice || navigator.serviceWorker.controller) return;
  const ready = await navigator.serviceWorker.ready; // the first page came before the worker did
  ready.active.postMessage({ keep: location.pathname + location.search });
}

async function stop() {
  for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
  for (const name of await caches.keys()) if (name.startsWith("pustaka-")) await caches.delete(name);
}

if (document.documentElement.hasAttribute("data-kept")) {
  notice.hidden = false;
  document.querySelector(".messages")?.remove();
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.setAttribute("title", notice.querySelector(".alert-title").textContent);
    for (const control of form.elements) control.disabled = true;
  }
  for (const name of ["hx-get", "hx-post", "hx-boost", "data-order", "data-suggest"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) element.removeAttribute(name);
  }
}

// Installing: offered once at the foot of the page; who doesn't want it isn't asked again.
const offer = document.getElementById("install");
if (offer) {
  const refused = { get: () => localStorage.getItem("pustaka.install"), set: () => localStorage.setItem("pustaka.install", "no") };
  const show = (kind) => {
    try { if (refused.get()) return; } catch { return; }
    offer.hidden = false;
    for (const part of offer.querySelectorAll("[data-kind]")) part.hidden = part.dataset.kind !== kind;
  };
  let asking;
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    asking = event;
    show("ask");
  });
  addEventListener("appinstalled", () => { offer.hidden = true; });
  offer.querySelector("[data-install]").addEventListener("click", () => { asking.prompt(); offer.hidden = true; });
  offer.querySelector("[data-refuse]").addEventListener("click", () => { refused.set(); offer.hidden = true; });
  if (navigator.standalone === false) show("ios"); // Safari on iPhones and iPads, and nobody else, says so
}
