// Drawing a floor plan: with the mouse, a finger or the keyboard. What is drawn is kept in the hidden field of the form, and
// saved whole. Lengths are centimeters. Without this the table of the same floor does it all.

const SVG = "http://www.w3.org/2000/svg";
const LAYERS = ["room", "wall", "stairs", "door", "entrance", "desk", "shelf", "label"];
const PLACED = ["room", "shelf"];
const NUMBERS = ["x", "y", "width", "height", "rotation"];
const SIDES = [["", ""], ["A", "_a"], ["B", "_b"]];
const LEAST = 5;
const MOST_UNDO = 100;
const REACH_PX = 22; // a finger needs 44
const OUT_PX = 15; // handles stand off the corners, so that small things can still be moved

const editor = document.querySelector("[data-plan]");
if (editor) start();

function start() {
  const say = JSON.parse(editor.dataset.say);
  const floor = { width: Number(editor.dataset.width), height: Number(editor.dataset.height) };
  const svg = editor.querySelector(".plan-canvas svg");
  const form = editor.querySelector("[data-save]");
  const panel = editor.querySelector("[data-panel]");
  const list = editor.querySelector("[data-list]");
  const field = (name) => document.getElementById(`shape_${name}`);
  let shapes = JSON.parse(form.elements.shapes.value);
  let chosen = null; // a number
  let tool = "";
  let undone = [];
  let done = [];
  let pending = null; // the state before what is being typed or dragged
  let kept = JSON.stringify(shapes);

  document.querySelector("[data-plain]").remove();
  editor.hidden = false;

  // --- Small things

  const one = (number) => shapes.find((shape) => shape.number === number);
  const current = () => one(chosen);
  const make = (tag, attributes = {}, parent = null) => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    parent?.append(element);
    return element;
  };
  const centerOf = (shape) => [shape.x + shape.width / 2, shape.y + shape.height / 2];
  const turnOf = (shape) => (shape.rotation ? `rotate(${shape.rotation} ${centerOf(shape).join(" ")})` : "");
  const perPixel = () => floor.width / (svg.getBoundingClientRect().width || 1);
  const step = () => Number(editor.querySelector("[data-grid]").value);
  const isSnapping = () => editor.querySelector("[data-snap]").checked;
  const snap = (length) => (isSnapping() ? Math.round(length / step()) * step() : Math.round(length));
  const nameOf = (shape) => shape.name || `${say.kinds[shape.kind]} ${shape.number}`;
  const meters = (length) => `${(length / 100).toLocaleString(document.documentElement.lang)} m`;
  const fill = (text, shape) => text.replace(/\{(\w+)\}/g, (_, name) => (name === "name" ? nameOf(shape) : name === "rotation" ? shape.rotation : meters(shape[name])));
  const tell = (text) => { editor.querySelector("[data-status]").textContent = text; };
  const pointAt = (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [at.x, at.y];
  };
  const turned = ([x, y], degrees) => {
    const angle = (degrees * Math.PI) / 180;
    return [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)];
  };
  const keepInside = (shape) => {
    shape.x = Math.round(Math.min(Math.max(shape.x, -shape.width / 2), floor.width - shape.width / 2));
    shape.y = Math.round(Math.min(Math.max(shape.y, -shape.height / 2), floor.height - shape.height / 2));
  };

  // --- What was done, and undoing it

  const remember = () => { pending ??= JSON.stringify(shapes); };
  const commit = (text = "", shape = current()) => {
    if (pending !== null && pending !== JSON.stringify(shapes)) {
      done.push(pending);
      if (done.length > MOST_UNDO) done.shift();
      undone = [];
    }
    pending = null;
    settle();
    if (text && shape) tell(fill(text, shape));
  };
  const settle = () => {
    const now = JSON.stringify(shapes);
    form.elements.shapes.value = now;
    editor.querySelector("[data-dirty]").textContent = now === kept ? "" : say.unsaved;
    editor.querySelector("[data-do=undo]").disabled = !done.length;
    editor.querySelector("[data-do=redo]").disabled = !undone.length;
    for (const name of ["turn", "again", "remove"]) editor.querySelector(`[data-do=${name}]`).disabled = !current();
    fillList();
    fillPanel();
    draw();
  };
  const travel = (from, to, text) => {
    if (pending !== null) commit();
    if (!from.length) return;
    to.push(JSON.stringify(shapes));
    shapes = JSON.parse(from.pop());
    if (!current()) chosen = null;
    settle();
    tell(text);
  };

  // --- Drawing

  const ground = make("g", {}, svg);
  const pattern = make("pattern", { id: "plan-grid", patternUnits: "userSpaceOnUse" }, make("defs", {}, ground));
  const line = make("path", { class: "plan-grid" }, pattern);
  const paper = make("image", { width: floor.width, height: floor.height, preserveAspectRatio: "none", opacity: ".4" }, ground);
  make("rect", { width: floor.width, height: floor.height, fill: "url(#plan-grid)" }, ground);
  const layers = Object.fromEntries(LAYERS.map((kind) => [kind, make("g", {}, svg)]));
  const above = make("g", {}, svg);
  const figures = new Map();

  const drawGrid = () => {
    const wide = Math.max(step(), Math.ceil((9 * perPixel()) / step()) * step());
    pattern.setAttribute("width", wide);
    pattern.setAttribute("height", wide);
    line.setAttribute("d", `M${wide} 0H0V${wide}`);
  };
  const draw = () => {
    const there = new Set(shapes.map((shape) => shape.number));
    for (const [number, figure] of figures) if (!there.has(number)) { figure.remove(); figures.delete(number); }
    for (const shape of shapes) drawOne(shape);
    drawHandles();
  };
  const drawOne = (shape) => {
    let figure = figures.get(shape.number);
    if (!figure) {
      figure = make("g", { "data-number": shape.number });
      make("rect", { class: "plan-shape" }, figure);
      make("text", {}, figure);
      figures.set(shape.number, figure);
    }
    if (figure.parentNode !== layers[shape.kind]) layers[shape.kind].append(figure);
    figure.setAttribute("class", `plan-${shape.kind}${shape.number === chosen ? " plan-chosen" : ""}`);
    const [rect, text] = figure.children;
    for (const name of ["x", "y", "width", "height"]) rect.setAttribute(name, shape[name]);
    rect.setAttribute("transform", turnOf(shape));
    if (shape.kind === "label") rect.setAttribute("fill", "transparent"); else rect.removeAttribute("fill");
    drawWords(shape, text);
  };
  const drawWords = (shape, text) => {
    const words = shape.kind === "wall" ? "" : shape.name || (["entrance", "stairs"].includes(shape.kind) ? say.kinds[shape.kind] : "");
    const isUpright = shape.kind !== "room" && shape.height > 1.3 * shape.width;
    const [along, across] = isUpright ? [shape.height, shape.width] : [shape.width, shape.height];
    const size = Math.max(8, Math.min(floor.width / 26, 0.72 * across, along / ((shape.kind === "room" ? 0.74 : 0.62) * Math.max(1, words.length))));
    const [x, middle] = centerOf(shape);
    const y = shape.kind === "room" ? shape.y + 0.9 * size : middle;
    let angle = (shape.rotation + (isUpright ? 90 : 0)) % 180;
    if (angle > 90) angle -= 180;
    text.textContent = words;
    text.setAttribute("class", `plan-words-${shape.kind}`);
    text.setAttribute("font-size", size.toFixed(1));
    text.setAttribute("x", x);
    text.setAttribute("y", y);
    text.setAttribute("transform", `rotate(${angle} ${x} ${y})`);
  };
  const drawHandles = () => {
    above.replaceChildren();
    const shape = current();
    if (!shape) return;
    const pixel = perPixel();
    const out = OUT_PX * pixel;
    const [x, y] = centerOf(shape);
    const [wide, high] = [shape.width / 2 + out, shape.height / 2 + out];
    const places = { "left top": [-wide, -high], "right top": [wide, -high], "left bottom": [-wide, high], "right bottom": [wide, high], turn: [0, -high - 2 * out] };
    for (const [name, place] of Object.entries(places)) {
      const [right, down] = turned(place, shape.rotation);
      const within = (at, end) => Math.min(Math.max(at, 9 * pixel), end - 9 * pixel); // of a room along the wall, too
      const at = { cx: within(x + right, floor.width), cy: within(y + down, floor.height) };
      const handle = make("g", { class: "plan-handle", "data-handle": name }, above);
      make("circle", { class: "grip", ...at, r: 7 * pixel }, handle);
      make("circle", { class: "reach", ...at, r: REACH_PX * pixel }, handle);
    }
  };

  // --- Choosing, and the fields of what is chosen

  const choose = (number, { isTold = true } = {}) => {
    if (pending !== null) commit();
    chosen = number;
    settle();
    if (isTold) tell(current() ? fill(say.chosen, current()) : say.nothing);
  };
  const fillList = () => {
    const sorted = [...shapes].sort((a, b) => nameOf(a).localeCompare(nameOf(b), undefined, { numeric: true }));
    list.replaceChildren(new Option("–", ""), ...sorted.map((shape) => new Option(nameOf(shape), shape.number, false, shape.number === chosen)));
  };
  const fillPanel = () => {
    const shape = current();
    panel.hidden = !shape;
    if (!shape) return;
    const write = (name, value) => { if (document.activeElement !== field(name) || pending === null) field(name).value = value; };
    for (const name of ["kind", "name", ...NUMBERS]) write(name, shape[name]);
    write("location", shape.location_id ?? "");
    for (const [side, ending] of SIDES) {
      const range = shape.ranges.find((known) => known.side === side);
      write(`first${ending}`, range?.first ?? "");
      write(`last${ending}`, range?.last ?? "");
    }
    panel.querySelector("[data-for=placed]").hidden = !PLACED.includes(shape.kind);
    panel.querySelector("[data-for=shelf]").hidden = shape.kind !== "shelf";
    if (shape.ranges.some((known) => known.side)) panel.querySelector("[data-sides]").open = true;
  };
  const read = (name, shape) => {
    const value = field(name).value;
    if (NUMBERS.includes(name)) {
      const number = Math.round(Number(value));
      if (value === "" || Number.isNaN(number)) return;
      shape[name] = name === "rotation" ? ((number % 360) + 360) % 360 : ["width", "height"].includes(name) ? Math.max(LEAST, number) : number;
    } else if (name === "location") shape.location_id = value ? Number(value) : null;
    else if (name === "name") shape.name = value;
    else if (name === "kind") {
      shape.kind = value;
      if (!PLACED.includes(value)) shape.location_id = null;
      if (value !== "shelf") shape.ranges = [];
    } else {
      shape.ranges = SIDES.map(([side, ending]) => ({ side, first: field(`first${ending}`).value.trim(), last: field(`last${ending}`).value.trim() })).filter((range) => range.first || range.last);
    }
  };
  panel.addEventListener("input", (event) => {
    const shape = current();
    if (!shape) return;
    remember();
    read(event.target.id.replace("shape_", ""), shape);
    keepInside(shape);
    drawOne(shape);
    drawHandles();
  });
  panel.addEventListener("change", () => commit());
  list.addEventListener("change", () => choose(list.value ? Number(list.value) : null));

  // --- Adding, turning, taking off

  const nextNumber = () => Math.max(0, ...shapes.map((shape) => shape.number)) + 1;
  const nextName = (name) => name.replace(/(\d+)(?=\D*$)/, (digits) => String(Number(digits) + 1).padStart(digits.length, "0"));
  const freshName = (kind) => {
    const word = say.names[kind];
    if (!word) return "";
    const counts = shapes.filter((shape) => shape.kind === kind).map((shape) => Number(/(\d+)\D*$/.exec(shape.name)?.[1] ?? 0));
    return `${word} ${Math.max(0, ...counts) + 1}`;
  };
  const add = (kind, box) => {
    remember();
    const like = [...shapes].reverse().find((shape) => shape.kind === "shelf");
    const shape = { number: nextNumber(), kind, name: freshName(kind), ...box, rotation: 0, location_id: kind === "shelf" ? like?.location_id ?? null : null, ranges: [] };
    keepInside(shape);
    shapes.push(shape);
    chosen = shape.number;
    arm("");
    commit(say.added);
    svg.focus({ preventScroll: true });
  };
  const addAt = (kind, x, y) => {
    const [width, height] = say.sizes[kind].map((length) => Math.min(length, floor.width, floor.height));
    add(kind, { x: snap(x - width / 2), y: snap(y - height / 2), width, height });
  };
  const arm = (kind) => {
    tool = kind;
    svg.classList.toggle("drawing", Boolean(kind));
    for (const button of editor.querySelectorAll("[data-add]")) button.setAttribute("aria-pressed", String(button.dataset.add === kind));
  };
  const turn = (degrees) => {
    const shape = current();
    if (!shape) return tell(say.nothing);
    remember();
    shape.rotation = (shape.rotation + degrees + 360) % 360;
    commit(say.turned);
  };
  const again = () => {
    const shape = current();
    if (!shape) return tell(say.nothing);
    remember();
    const isUpright = shape.height > shape.width;
    const aisle = shape.kind === "shelf" ? 100 : 25;
    const [right, down] = turned(isUpright ? [shape.width + aisle, 0] : [0, shape.height + aisle], shape.rotation);
    const other = { ...shape, number: nextNumber(), name: nextName(shape.name), x: Math.round(shape.x + right), y: Math.round(shape.y + down), ranges: [] };
    if (shapes.some((known) => known.name === other.name) && other.name) other.name = freshName(shape.kind) || other.name;
    keepInside(other);
    shapes.push(other);
    chosen = other.number;
    commit(say.added);
  };
  const remove = () => {
    const shape = current();
    if (!shape) return tell(say.nothing);
    remember();
    const text = fill(say.removed, shape);
    shapes = shapes.filter((known) => known.number !== shape.number);
    chosen = null;
    commit();
    tell(text);
  };
  for (const button of editor.querySelectorAll("[data-add]")) {
    button.addEventListener("click", (event) => {
      const kind = button.dataset.add;
      if (event.detail === 0 || tool === kind) return addAt(kind, floor.width / 2, floor.height / 2); // by keyboard, or again
      arm(kind);
      tell(say.armed);
    });
  }
  const doing = { undo: () => travel(done, undone, say.undone), redo: () => travel(undone, done, say.redone), turn: () => turn(90), again, remove };
  for (const button of editor.querySelectorAll("[data-do]")) button.addEventListener("click", () => doing[button.dataset.do]());

  // --- Pointer

  let drag = null;
  svg.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    svg.focus({ preventScroll: true }); // first, so that what was being typed is taken in
    const at = pointAt(event);
    const handle = event.target.closest("[data-handle]");
    const figure = event.target.closest("[data-number]");
    if (tool) drag = { kind: "draw", from: [snap(at[0]), snap(at[1])], outline: make("rect", { class: "plan-outline" }, above) };
    else if (handle) drag = { kind: handle.dataset.handle, shape: { ...current() }, at };
    else if (figure) {
      choose(Number(figure.dataset.number));
      drag = { kind: "move", shape: { ...current() }, at };
    } else return choose(null);
    remember();
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const at = pointAt(event);
    if (drag.kind === "draw") return outline(at);
    const shape = current();
    if (drag.kind === "move") {
      shape.x = snap(drag.shape.x + at[0] - drag.at[0]);
      shape.y = snap(drag.shape.y + at[1] - drag.at[1]);
      keepInside(shape);
    } else if (drag.kind === "turn") {
      const [x, y] = centerOf(shape);
      const degrees = (Math.atan2(at[1] - y, at[0] - x) * 180) / Math.PI + 90;
      const least = isSnapping() ? 15 : 1;
      shape.rotation = (Math.round(degrees / least) * least + 360) % 360;
    } else resize(shape, at);
    drawOne(shape);
    drawHandles();
  });
  const outline = (at) => {
    const to = [snap(at[0]), snap(at[1])];
    drag.box = { x: Math.min(drag.from[0], to[0]), y: Math.min(drag.from[1], to[1]), width: Math.abs(to[0] - drag.from[0]), height: Math.abs(to[1] - drag.from[1]) };
    for (const [name, value] of Object.entries(drag.box)) drag.outline.setAttribute(name, value);
  };
  // The corner opposite to the one that is dragged stays where it is, also of what is turned.
  const resize = (shape, at) => {
    const before = drag.shape;
    const [right, down] = turned([at[0] - drag.at[0], at[1] - drag.at[1]], -before.rotation);
    const [side, end] = drag.kind.split(" ");
    const [towards, below] = [side === "right" ? 1 : -1, end === "bottom" ? 1 : -1];
    shape.width = Math.max(LEAST, snap(before.width + towards * right));
    shape.height = Math.max(LEAST, snap(before.height + below * down));
    const fixed = turned([(-towards * before.width) / 2, (-below * before.height) / 2], before.rotation);
    const now = turned([(-towards * shape.width) / 2, (-below * shape.height) / 2], before.rotation);
    const [x, y] = centerOf(before);
    shape.x = Math.round(x + fixed[0] - now[0] - shape.width / 2);
    shape.y = Math.round(y + fixed[1] - now[1] - shape.height / 2);
  };
  const drop = () => {
    if (!drag) return;
    const { kind, box, from, outline: drawn } = drag;
    drag = null;
    if (kind !== "draw") return commit(kind === "move" ? say.moved : kind === "turn" ? say.turned : say.sized);
    drawn.remove();
    pending = null;
    if (box && box.width >= LEAST && box.height >= LEAST) add(tool, box);
    else addAt(tool, from[0], from[1]);
  };
  svg.addEventListener("pointerup", drop);
  svg.addEventListener("pointercancel", () => {
    if (!drag) return;
    drag.outline?.remove();
    if (drag.kind !== "draw" && pending !== null) shapes = JSON.parse(pending);
    drag = null;
    pending = null;
    settle();
  });

  // --- Keyboard

  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const next = (by) => {
    if (!shapes.length) return;
    const order = [...list.options].map((option) => Number(option.value)).slice(1);
    const at = order.indexOf(chosen);
    choose(order[at < 0 ? (by > 0 ? 0 : order.length - 1) : (at + by + order.length) % order.length]);
  };
  const nudge = ([right, down], event) => {
    const shape = current();
    if (!shape) return tell(say.nothing);
    const by = event.ctrlKey || event.metaKey || !isSnapping() ? 1 : step();
    remember();
    if (event.shiftKey) {
      shape.width = Math.max(LEAST, shape.width + right * by);
      shape.height = Math.max(LEAST, shape.height + down * by);
    } else {
      shape.x += right * by;
      shape.y += down * by;
    }
    keepInside(shape);
    commit(event.shiftKey ? say.sized : say.moved);
  };
  svg.addEventListener("keydown", (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const isCommand = event.ctrlKey || event.metaKey;
    if (arrows[key]) nudge(arrows[key], event);
    else if (key === "PageDown") next(1);
    else if (key === "PageUp") next(-1);
    else if (isCommand && key === "z") (event.shiftKey ? doing.redo : doing.undo)();
    else if (isCommand && key === "y") doing.redo();
    else if (!isCommand && key === "r") turn(event.shiftKey ? 15 : 90);
    else if (key === "Delete" || key === "Backspace") remove();
    else if (key === "Enter" && current()) field("name").focus();
    else if (key === "Escape") { arm(""); choose(null); }
    else return;
    event.preventDefault();
  });

  // --- The rest of the page

  editor.querySelector("[data-grid]").addEventListener("change", drawGrid);
  editor.querySelector("[data-zoom]").addEventListener("change", (event) => { svg.dataset.zoom = event.target.value; });
  editor.querySelector("[data-paper]").addEventListener("change", (event) => {
    const [file] = event.target.files;
    if (!file) return paper.removeAttribute("href");
    const reader = new FileReader();
    reader.addEventListener("load", () => paper.setAttribute("href", reader.result));
    reader.readAsDataURL(file);
  });
  new ResizeObserver(() => { drawGrid(); drawHandles(); }).observe(svg);
  form.addEventListener("submit", () => { if (pending !== null) commit(); }, { capture: true });
  form.addEventListener("htmx:beforeRequest", () => { sent = form.elements.shapes.value; });
  form.addEventListener("htmx:afterRequest", (event) => {
    const over = editor.querySelector("[data-over]");
    const wasRefused = !event.detail.successful;
    if (!wasRefused) kept = sent;
    over.hidden = event.detail.xhr.status !== 409;
    over.querySelector("input").disabled = over.hidden;
    if (over.hidden) over.querySelector("input").checked = false;
    if (wasRefused) document.getElementById("alerts").scrollIntoView({ block: "center" });
    settle();
    if (!wasRefused) { tell(say.saved); editor.querySelector("[data-dirty]").textContent ||= say.saved; }
  });
  let sent = kept;
  addEventListener("beforeunload", (event) => { if (JSON.stringify(shapes) !== kept) event.preventDefault(); });
  settle();
  drawGrid();
}
