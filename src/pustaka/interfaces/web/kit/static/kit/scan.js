// Scan label after label: the box is emptied after each, and keeps the focus, also after a refusal.

for (const form of document.querySelectorAll("[data-scan]")) {
  const box = form.querySelector("[name=barcode]");
  const wrong = form.querySelector("#scan-wrong");
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form) return;
    if (event.detail.successful) { box.value = ""; wrong.replaceChildren(); document.getElementById("alerts").replaceChildren(); }
    box.focus();
    box.select();
  });
  form.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 422 && !event.detail.xhr.getResponseHeader("HX-Retarget")) {
      event.detail.target = wrong;
      event.detail.swapOverride = "innerHTML";
    }
  });
}
