// The circulation desk. What is scanned is taken at once and sent in order, so that nobody waits for an answer before
// the next scan. While the library doesn't answer, scans are kept on the device and sent afterwards, each with a key of
// its own, so that none is lost and none counts twice. Without this the form works as well.

const TONES = { done: [880, 90], look: [440, 220], refused: [220, 380] };
const MOST_LINES = 60;
const PAUSE_MS = 5000;
const AWAY = new Set([502, 503, 504]);

const form = document.querySelector("form[data-desk]");
if (form) {
  const box = form.elements.scan;
  const lines = document.querySelector("[data-scans]");
  const words = JSON.parse(form.dataset.words);
  const away = document.querySelector("[data-away]");
  const card = away.querySelector("[data-away-card]");
  const shelf = `pustaka-desk-${form.dataset.branch}`;
  const queue = [];
  let isBusy = false;
  let isAway = false;
  let audio;
  let timer;

  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const kept = () => { try { return JSON.parse(localStorage.getItem(shelf)) ?? []; } catch { return []; } };
  const keep = (scans) => {
    if (scans.length) localStorage.setItem(shelf, JSON.stringify(scans)); else localStorage.removeItem(shelf);
    away.querySelector("[data-away-count]").textContent = scans.length;
  };

  const sound = (tone) => {
    if (!form.querySelector("[data-sound]").checked || !TONES[tone]) return;
    const [pitch, length] = TONES[tone];
    audio ??= new AudioContext();
    const voice = audio.createOscillator();
    const loudness = audio.createGain();
    loudness.gain.value = 0.15;
    voice.frequency.value = pitch;
    voice.connect(loudness).connect(audio.destination);
    voice.start();
    voice.stop(audio.currentTime + length / 1000);
  };

  const line = (head, about, tone) => {
    const row = document.createElement("li");
    row.className = `scan ${tone}`;
    const title = document.createElement("p");
    title.className = "scan-head";
    title.textContent = head;
    const below = document.createElement("p");
    below.append(Object.assign(document.createElement("code"), { textContent: about }));
    row.append(title, below);
    lines.prepend(row);
    while (lines.children.length > MOST_LINES) lines.lastElementChild.remove();
    return row;
  };

  const take = (page, row) => {
    const answer = new DOMParser().parseFromString(page, "text/html");
    const said = answer.querySelector("li.scan");
    if (said) { row.replaceWith(said); sound(said.dataset.tone); } else row.remove();
    const person = answer.querySelector("#at-desk");
    if (person) {
      document.querySelector("#at-desk").replaceWith(person);
      const section = person.querySelector("[data-person]");
      form.elements.person.value = section.dataset.person;
      card.value = section.dataset.card;
      history.replaceState(null, "", section.dataset.person ? `/staff/circulation/person/${section.dataset.person}/` : "/staff/circulation/");
    }
  };

  const setAway = (is) => {
    isAway = is;
    away.hidden = !is && !kept().length;
    clearTimeout(timer);
    if (kept().length || is) timer = setTimeout(upload, PAUSE_MS);
  };

  const keepScan = (scan, row) => {
    const deed = card.value.trim() ? "lend" : "return";
    const one = { key: scan.key, deed, barcode: scan.text, card: deed === "lend" ? card.value.trim() : "", at: scan.at };
    keep([...kept(), one]);
    row.className = "scan look";
    row.dataset.key = scan.key;
    row.querySelector(".scan-head").textContent = words[deed];
    sound("look");
    setAway(true);
  };

  async function work() {
    if (isBusy) return;
    isBusy = true;
    while (queue.length) {
      const { scan, row, more } = queue.shift();
      if (isAway) { keepScan(scan, row); continue; }
      const body = new FormData(form);
      body.set("scan", scan.text);
      for (const [name, value] of more ?? []) body.set(name, value);
      try {
        const answer = await fetch(form.action, { method: "POST", body, headers: { "Desk-Script": "1" }, credentials: "same-origin" });
        if (AWAY.has(answer.status)) throw new Error("away");
        if (answer.redirected && !answer.url.endsWith(form.getAttribute("action"))) { location.reload(); return; }
        take(await answer.text(), row);
      } catch {
        keepScan(scan, row);
      }
    }
    isBusy = false;
  }

  async function upload() {
    clearTimeout(timer);
    const scans = kept();
    try {
      const answer = await fetch(form.dataset.upload, {
        method: "POST", credentials: "same-origin",
        headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
        body: JSON.stringify(scans.slice(0, 100)),
      });
      if (answer.ok && answer.headers.get("Content-Type")?.includes("json")) {
        const told = await answer.json();
        const done = new Map(told.scans.map((one) => [one.key, one]));
        keep(kept().filter((one) => !done.has(one.key)));
        for (const one of told.scans) {
          const row = lines.querySelector(`[data-key="${one.key}"]`);
          if (!row) continue;
          row.className = `scan ${one.state === "done" ? "done" : "refused"}`;
          row.querySelector(".scan-head").textContent = one.state === "done" ? words.sent : words.conflict;
          if (one.said) row.append(Object.assign(document.createElement("p"), { textContent: one.said }));
        }
        setAway(false);
        return;
      }
      setAway(AWAY.has(answer.status) || answer.status >= 500);
    } catch {
      setAway(true);
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = box.value.trim();
    box.value = "";
    box.focus();
    if (!text) return;
    queue.push({ scan: { key: newKey(), text, at: new Date().toISOString() }, row: line(words.waiting, text, "waiting") });
    work();
  });

  lines.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-override]")) return;
    event.preventDefault();
    const told = new FormData(event.target);
    const more = [["override", told.get("override")], ["person", told.get("person")]];
    const scan = { key: newKey(), text: told.get("scan"), at: new Date().toISOString() };
    queue.push({ scan, row: line(words.waiting, scan.text, "waiting"), more });
    box.focus();
    work();
  });

  card.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); box.focus(); }
  });
  away.querySelector("[data-away-send]").addEventListener("click", () => { upload(); box.focus(); });
  addEventListener("online", upload);
  // Escape ends with the person at the desk.
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !form.elements.person.value) return;
    if (isAway) { form.elements.person.value = ""; card.value = ""; box.focus(); return; }
    location.assign("/staff/circulation/");
  });

  card.value = document.querySelector("#at-desk [data-card]")?.dataset.card ?? "";
  keep(kept());
  if (kept().length) setAway(false);
  box.focus();
}
