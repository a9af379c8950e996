// What HTML alone can't do: suggestions under the arrow keys, spoken swaps, copied links. Every page works without it.

const announcer = document.getElementById("announcer");

function announce(text) {
  announcer.textContent = "";
  requestAnimationFrame(() => { announcer.textContent = text; });
}

// A swapped part says what changed: the text of its [data-announce].
document.addEventListener("htmx:afterSwap", (event) => {
  document.getElementById("alerts").replaceChildren(...(event.detail.target.id === "alerts" ? event.detail.target.childNodes : []));
});
document.addEventListener("htmx:afterSettle", (event) => {
  const place = document.getElementById(event.detail.target.id) ?? event.detail.target;
  const said = place.matches("[data-announce]") ? place : place.querySelector("[data-announce]");
  const text = said?.dataset.announce || said?.textContent.trim();
  if (text && announcer.textContent !== text) announce(text);
  place.querySelector("[data-focus]")?.focus({ preventScroll: true });
});

// Beside a wide page the filters stand open; on a phone they wait until they are asked for.
document.addEventListener("htmx:load", (event) => {
  const isWide = matchMedia("(min-width: 60rem)").matches;
  for (const details of event.detail.elt.querySelectorAll("[data-wide-open]")) if (isWide) details.open = true;
});

// On a phone a table is a list of its rows, each cell with the name of its column; its roles say that it is a table still.
const ROLES = { table: "table", thead: "rowgroup", tbody: "rowgroup", tfoot: "rowgroup", tr: "row", td: "cell" };
function labelCells(place) {
  for (const table of place.querySelectorAll(".rows > table:not([data-rows])")) {
    const names = [...table.tHead.rows[0].cells].map((cell) => (cell.querySelector(".visually-hidden") ? "" : cell.textContent.trim()));
    for (const row of [...table.tBodies, table.tFoot].flatMap((part) => [...(part?.rows ?? [])])) {
      for (const cell of row.cells) if (names[cell.cellIndex] && cell.colSpan === 1 && cell.cellIndex) cell.dataset.label = names[cell.cellIndex];
    }
    for (const part of [table, ...table.querySelectorAll("*")]) {
      const role = part.tagName === "TH" ? (part.scope === "row" ? "rowheader" : "columnheader") : ROLES[part.localName];
      if (role) part.setAttribute("role", role);
    }
    table.dataset.rows = "";
  }
}
labelCells(document);
document.addEventListener("htmx:load", (event) => labelCells(event.detail.elt.parentElement ?? event.detail.elt));

// The places behind the desk stand beside a wide page; on a phone they wait behind their name.
const isNarrow = matchMedia("(max-width: 59.99rem)");
for (const menu of document.querySelectorAll(".desk-menu")) {
  const fold = () => { menu.open = !isNarrow.matches; };
  fold();
  menu.dataset.ready = "";
  isNarrow.addEventListener("change", fold);
}

document.addEventListener("htmx:sendError", () => {
  document.getElementById("alerts").replaceChildren(document.getElementById("no-answer").content.cloneNode(true));
});

// Suggestions: a list box under the search box.
for (const input of document.querySelectorAll("[data-suggest]")) {
  const list = document.getElementById(input.dataset.suggest);
  const options = () => [...list.querySelectorAll("[role=option]")];
  let at = -1;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");

  const close = () => { list.replaceChildren(); at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); input.removeAttribute("aria-controls"); };
  const move = (to) => {
    const all = options();
    if (!all.length) return;
    at = (to + all.length) % all.length;
    all.forEach((option, index) => {
      option.classList.toggle("active", index === at);
      option.setAttribute("aria-selected", String(index === at));
    });
    all[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", all[at].id);
  };

  list.addEventListener("htmx:afterSwap", () => {
    at = -1;
    const box = list.querySelector("[role=listbox]");
    input.setAttribute("aria-expanded", String(Boolean(box)));
    if (box) input.setAttribute("aria-controls", box.id);
    if (document.activeElement !== input) close();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && options().length) { event.preventDefault(); move(at + 1); }
    else if (event.key === "ArrowUp" && options().length) { event.preventDefault(); move(at < 0 ? -1 : at - 1); }
    else if (event.key === "Enter" && at >= 0) { event.preventDefault(); options()[at].click(); }
    else if (event.key === "Escape" && options().length) { event.preventDefault(); close(); }
  });
  input.addEventListener("blur", () => setTimeout(() => { if (!list.contains(document.activeElement)) close(); }, 150));
}

// Buttons that copy, shown only where copying works: <button data-copied="what to say"> with data-copy="address", or with
// data-copy-from="id" of an element, whose text is copied with its italics for word processors, and plain for the rest.
function copied(button) {
  if (button.dataset.copy) return navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href);
  const source = document.getElementById(button.dataset.copyFrom);
  const lines = [...(source.children.length && source.querySelector("p") ? source.children : [source])];
  const text = lines.map((line) => line.textContent.trim()).join("\n\n");
  if (!window.ClipboardItem || !navigator.clipboard.write) return navigator.clipboard.writeText(text);
  const markup = lines.map((line) => `<p>${line.innerHTML.trim()}</p>`).join("");
  const parts = { "text/plain": text, "text/html": markup };
  return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(Object.entries(parts).map(([type, part]) => [type, new Blob([part], { type })])))]);
}

function showCopying(place) {
  if (navigator.clipboard) for (const button of place.querySelectorAll("[data-copy], [data-copy-from]")) button.hidden = false;
}
showCopying(document);
document.addEventListener("htmx:load", (event) => showCopying(event.detail.elt.parentElement ?? event.detail.elt));
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  await copied(button);
  const before = button.textContent;
  button.textContent = button.dataset.copied;
  announce(button.dataset.copied);
  if (button.dataset.copyFrom) setTimeout(() => { button.textContent = before; }, 2500);
});
for (const button of document.querySelectorAll("[data-print]")) { button.hidden = false; button.addEventListener("click", () => window.print()); }

// A long upload shows how far it is.
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector?.("progress[data-upload]");
  if (!bar || !event.detail.lengthComputable) return;
  bar.closest("[hidden]")?.removeAttribute("hidden");
  bar.value = Math.floor((event.detail.loaded / event.detail.total) * 100);
});

// One open menu at a time, closed by Escape and by a click elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.person[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.person[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
});
