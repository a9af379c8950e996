// The two forms of a record: kept while one types, suggestions, more boxes, and the keys of the full editor.

const form = document.getElementById("record-form");
const status = form.querySelector("[data-kept]");
const alerts = document.getElementById("alerts");
const PAUSE = 1500;
const TOUCHED = "…";

// --- Keeping: what is typed goes to the server by itself, so that a closed window loses nothing.

let timer = 0;
let isBusy = false;
let isDirty = false;
let isStopped = false;

// A line that was touched once stays touched: it says what the person sees, even if that is what was there first.
function markTouched() {
  for (const line of form.querySelectorAll("[data-line]")) {
    const name = line.dataset.line;
    const was = [...line.querySelectorAll(`[name="was-${name}"]`)];
    const now = [...line.querySelectorAll(`[name="${name}"]`)];
    if (was.some((input, index) => input.value !== now[index].value)) for (const input of was) input.value = TOUCHED;
  }
}

async function keep(more = {}) {
  if (isStopped || isBusy) return;
  isBusy = true;
  isDirty = false;
  markTouched();
  try {
    const answer = await fetch(form.dataset.autosave, {
      method: "POST", body: new FormData(form), headers: { "HX-Request": "true" }, ...more,
    });
    if (answer.ok) {
      form.elements.revision.value = answer.headers.get("X-Revision") ?? form.elements.revision.value;
      status.textContent = `${status.dataset.kept} ${new Date().toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" })}`;
    } else {
      isStopped = answer.status < 500;
      alerts.innerHTML = await answer.text();
    }
  } catch {
    isDirty = true;
    status.textContent = status.dataset.notKept;
    timer = setTimeout(keep, 5 * PAUSE);
  }
  isBusy = false;
  if (isDirty && !timer) later();
}

function later() {
  isDirty = true;
  clearTimeout(timer);
  timer = setTimeout(() => { timer = 0; keep(); }, PAUSE);
}

form.addEventListener("input", later);
form.addEventListener("submit", () => { clearTimeout(timer); isStopped = true; markTouched(); });
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && isDirty && !isStopped) { clearTimeout(timer); timer = 0; keep({ keepalive: true }); }
});
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.querySelector("[data-save]").click();
  }
});

// --- Suggestions: <input list data-suggest-from>, from controlled headings and from those in use.

function suggests(input) {
  let waiting = 0;
  let asked = "";
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    const text = input.value.trim();
    if (text.length < 2 || text === asked) return;
    waiting = setTimeout(async () => {
      asked = text;
      const answer = await fetch(`${input.dataset.suggestFrom}?q=${encodeURIComponent(text)}`).catch(() => null);
      if (answer?.ok && asked === text) input.list.innerHTML = await answer.text();
    }, 200);
  });
}
for (const input of form.querySelectorAll("[data-suggest-from]")) suggests(input);

// --- One more box of a line.

for (const button of form.querySelectorAll("[data-another]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const line = button.closest("[data-line]");
    const name = line.dataset.line;
    const boxes = [...line.querySelectorAll(`[name="${name}"]`)];
    const last = boxes.at(-1);
    if (last.value === "") { last.focus(); return; }
    const box = last.cloneNode(true);
    const was = line.querySelector(`[name="was-${name}"]`).cloneNode(true);
    box.id = `line-${name}-${boxes.length}`;
    box.value = was.value = "";
    const place = button.parentElement;
    place.before(was, box);
    if (last.list) {
      const list = last.list.cloneNode(false);
      list.id = `${box.id}-list`;
      box.setAttribute("list", list.id);
      box.after(list);
      suggests(box);
    }
    box.focus();
  });
}

// --- The finder of classes, in a window over the form.

for (const link of form.querySelectorAll("[data-classes]")) {
  const dialog = document.getElementById(link.dataset.classes);
  const place = dialog.querySelector("[data-place]");
  const target = link.closest("[data-line]").querySelector(`[name="${link.closest("[data-line]").dataset.line}"]`);
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const title = form.querySelector('[name="title"]')?.value ?? "";
    const subject = form.querySelector('[name="subjects"]')?.value ?? "";
    const answer = await fetch(`${link.href}?title=${encodeURIComponent(`${title} ${subject}`.trim())}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok) { location.href = link.href; return; }
    place.innerHTML = await answer.text();
    htmx.process(place);
    dialog.showModal();
    place.querySelector("input[type=search]")?.focus();
  });
  dialog.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-class]");
    if (!chosen) return;
    target.value = chosen.dataset.class;
    dialog.close();
    target.focus();
    later();
  });
}

// --- The full editor.

const rows = form.querySelector(".marc-rows");
if (rows) {
  const captions = new Map([...document.querySelectorAll("#tags option")].map((option) => [option.value, option.textContent]));
  const removed = [];
  const grow = (area) => { area.style.height = "auto"; area.style.height = `${area.scrollHeight + 2}px`; };
  const all = () => [...rows.querySelectorAll("[data-row]")];
  const rowOf = (element) => element.closest("[data-row]");
  const part = (row, name) => row.querySelector(`[name="${name}"]`);

  const fresh = (row, values = ["", "__", "$a"]) => {
    const copy = row.cloneNode(true);
    ["tag", "ind", "text"].forEach((name, index) => { part(copy, name).value = values[index]; });
    copy.classList.remove("wrong");
    copy.querySelector(".error")?.remove();
    copy.querySelector(".marc-codes")?.remove();
    copy.querySelector("[data-caption]").textContent = captions.get(values[0]) ?? "";
    return copy;
  };
  const focus = (row, name) => { const input = part(row, name); input.focus(); grow(part(row, "text")); };

  // Where the subfield under the cursor begins and ends.
  const subfield = (area) => {
    const text = area.value;
    const start = text.lastIndexOf("$", Math.max(0, area.selectionStart - 1));
    if (start < 0) return null;
    const next = text.indexOf("$", start + 1);
    return [start, next < 0 ? text.length : next];
  };
  const write = (area, text, cursor) => { area.value = text; area.setSelectionRange(cursor, cursor); grow(area); later(); };

  const keys = {
    "Enter": (row) => { const one = fresh(row); row.after(one); focus(one, "tag"); later(); },
    "Alt+ArrowUp": (row, input) => { row.previousElementSibling?.before(row); input.focus(); later(); },
    "Alt+ArrowDown": (row, input) => { row.nextElementSibling?.after(row); input.focus(); later(); },
    "Alt+d": (row) => { const one = fresh(row, ["tag", "ind", "text"].map((name) => part(row, name).value)); row.after(one); focus(one, "text"); later(); },
    "Alt+Delete": (row) => {
      if (all().length < 2) return;
      const next = row.nextElementSibling ?? row.previousElementSibling;
      removed.push([row, row.nextElementSibling]);
      row.remove();
      focus(next, "tag");
      later();
    },
    "Alt+z": () => {
      const last = removed.pop();
      if (!last) return;
      const [row, before] = last;
      if (before?.isConnected) before.before(row); else rows.append(row);
      focus(row, "text");
      later();
    },
    "Alt+Shift+Delete": (row, input) => {
      if (input.name !== "text") return;
      const found = subfield(input);
      if (found) write(input, input.value.slice(0, found[0]) + input.value.slice(found[1]), found[0]);
    },
    "Alt+Shift+ArrowUp": (row, input) => {
      if (input.name !== "text") return;
      const found = subfield(input);
      const before = found ? input.value.lastIndexOf("$", found[0] - 1) : -1;
      if (!found || found[0] === 0 || before < 0) return;
      const text = input.value;
      const moved = text.slice(found[0], found[1]);
      write(input, text.slice(0, before) + moved + text.slice(before, found[0]) + text.slice(found[1]), before + 1);
    },
    "Alt+Shift+ArrowDown": (row, input) => {
      if (input.name !== "text") return;
      const found = subfield(input);
      const text = input.value;
      if (!found || found[1] >= text.length) return;
      const end = text.indexOf("$", found[1] + 1) < 0 ? text.length : text.indexOf("$", found[1] + 1);
      const moved = text.slice(found[0], found[1]);
      write(input, text.slice(0, found[0]) + text.slice(found[1], end) + moved + text.slice(end), found[0] + (end - found[1]) + 1);
    },
  };

  rows.addEventListener("keydown", (event) => {
    const row = rowOf(event.target);
    if (!row || event.isComposing || event.ctrlKey || event.metaKey) return;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const key = `${event.altKey ? "Alt+" : ""}${event.shiftKey && event.altKey ? "Shift+" : ""}${name}`;
    const act = keys[key];
    if (!act || (event.shiftKey && !event.altKey)) return;
    event.preventDefault();
    act(row, event.target);
  });
  rows.addEventListener("input", (event) => {
    if (event.target.name === "text") grow(event.target);
    if (event.target.name === "tag") rowOf(event.target).querySelector("[data-caption]").textContent = captions.get(event.target.value) ?? "";
  });
  for (const row of all()) grow(part(row, "text"));
  addEventListener("resize", () => { for (const row of all()) grow(part(row, "text")); });
}
