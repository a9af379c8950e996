// Dragging the entries of a list to another place. What it does, the arrows beside each entry do without it.
//
// <ol data-order="FORM"> with <li data-entry="12"> and a [data-grip] in each. When one is dropped, the fields `entry` and
// `before` of the form are filled and it is sent; the answer brings the list anew.

let dragged = null;

const entriesOf = (list) => [...list.querySelectorAll(":scope > [data-entry]")];

function clear(list) {
  for (const entry of entriesOf(list)) entry.classList.remove("drop-before", "drop-after", "dragged");
}

function placeAt(list, y) {
  const others = entriesOf(list).filter((entry) => entry !== dragged);
  const before = others.find((entry) => { const box = entry.getBoundingClientRect(); return y < box.top + box.height / 2; });
  return { before, last: others.at(-1) };
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-grip]");
  const list = grip?.closest("[data-order]");
  if (!list || event.button) return;
  event.preventDefault();
  dragged = grip.closest("[data-entry]");
  dragged.classList.add("dragged");
  grip.setPointerCapture(event.pointerId);
});

document.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  const list = dragged.closest("[data-order]");
  for (const entry of entriesOf(list)) entry.classList.remove("drop-before", "drop-after");
  const { before, last } = placeAt(list, event.clientY);
  if (before) before.classList.add("drop-before");
  else last?.classList.add("drop-after");
  const edge = 80;
  if (event.clientY < edge) scrollBy(0, -12);
  else if (event.clientY > innerHeight - edge) scrollBy(0, 12);
});

document.addEventListener("pointerup", (event) => {
  if (!dragged) return;
  const list = dragged.closest("[data-order]");
  const { before, last } = placeAt(list, event.clientY);
  const moved = dragged;
  dragged = null;
  clear(list);
  const next = entriesOf(list)[entriesOf(list).indexOf(moved) + 1];
  if (!last || before === next) return;
  const form = document.getElementById(list.dataset.order);
  form.elements.entry.value = moved.dataset.entry;
  // Behind the last one of this page, which needn't be the last of the list.
  form.elements.before.value = before ? before.dataset.entry : (list.dataset.following ?? "");
  form.requestSubmit();
});

document.addEventListener("pointercancel", () => {
  if (!dragged) return;
  clear(dragged.closest("[data-order]"));
  dragged = null;
});

function showGrips() {
  for (const grip of document.querySelectorAll("[data-order] [data-grip]")) grip.hidden = false;
}
document.addEventListener("htmx:afterSettle", showGrips);
showGrips();
