// The page of the scanner: what is scanned is kept on the device first, then sent; without a network it waits there.
// A scan carries an id of its own, so that sending it twice does no harm. Without this the form works as well.

const MOST_AT_ONCE = 100;
const MOST_LINES = 40;
const PAUSE_MS = 3000;
const TONES = { done: [880, 90], look: [440, 220], refused: [220, 380] };

const form = document.querySelector("form[data-queue]");
if (form) {
  const input = form.elements.barcode;
  const lines = document.querySelector("[data-lines]");
  const template = document.getElementById("scan-line");
  const trouble = document.querySelector("[data-trouble]");
  const sound = document.querySelector("[data-sound]");
  const shown = new Map();
  let inMemory = null; // only where the browser keeps nothing
  let isSending = false;
  let timer;
  let audio;

  const queue = () => {
    if (inMemory) return inMemory;
    try { return JSON.parse(localStorage.getItem(form.dataset.queue)) ?? []; } catch { return []; }
  };
  const keep = (scans) => {
    if (!inMemory) {
      try {
        if (scans.length) localStorage.setItem(form.dataset.queue, JSON.stringify(scans));
        else localStorage.removeItem(form.dataset.queue);
      } catch { inMemory = scans; }
    } else inMemory = scans;
    document.querySelector("[data-waiting]").textContent = scans.length;
    document.querySelector("[data-waiting-line]").hidden = !scans.length;
  };
  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const add = (scan) => {
    document.querySelector("[data-nothing]")?.remove();
    const line = template.content.firstElementChild.cloneNode(true);
    line.querySelector("code").textContent = scan.barcode;
    lines.prepend(line);
    shown.set(scan.id, line);
    while (lines.children.length > MOST_LINES) lines.lastElementChild.remove();
  };
  const answer = (scan) => {
    const line = shown.get(scan.client_id);
    if (line) {
      line.className = `scan ${scan.tone}`;
      line.querySelector(".scan-word").textContent = scan.word;
      const [about, hint] = line.querySelectorAll("span");
      about.textContent = scan.about;
      hint.textContent = scan.hint;
    }
    shown.delete(scan.client_id);
  };
  const say = (scan) => {
    document.getElementById("announcer").textContent = [scan.word, scan.about, scan.hint].filter(Boolean).join(". ");
    if (!sound.querySelector("input").checked) return;
    const [pitch, length] = TONES[scan.tone];
    audio ??= new AudioContext();
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    loudness.gain.value = 0.15;
    tone.frequency.value = pitch;
    tone.connect(loudness).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + length / 1000);
  };
  const complain = (kind, message = "") => {
    trouble.hidden = !kind;
    for (const box of trouble.querySelectorAll("[data-kind]")) box.hidden = box.dataset.kind !== kind;
    trouble.querySelector("[data-message]").innerHTML = message;
  };

  const inWords = (page) => new DOMParser().parseFromString(page, "text/html").querySelector(".alert")?.innerHTML ?? "";

  async function send() {
    clearTimeout(timer);
    const batch = queue().slice(0, MOST_AT_ONCE);
    if (isSending || !batch.length) return;
    isSending = true;
    let isGoingOn = false;
    try {
      const reply = await fetch(form.dataset.send, {
        method: "POST",
        redirect: "manual",
        headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, "HX-Request": "true" },
        body: JSON.stringify({ scans: batch }),
      });
      if (reply.type === "opaqueredirect") complain("signed-out");
      else if (reply.status > 500) { complain("away"); timer = setTimeout(send, PAUSE_MS); }
      else if (!reply.ok) complain("refused", inWords(await reply.text()));
      else {
        const told = await reply.json();
        const sent = new Set(batch.map((scan) => scan.id));
        keep(queue().filter((scan) => !sent.has(scan.id)));
        for (const scan of told.scans) answer(scan);
        if (told.scans.length) say(told.scans.at(-1));
        document.querySelector("[data-seen]").textContent = told.seen;
        complain("");
        isGoingOn = true;
      }
    } catch {
      complain("away");
      timer = setTimeout(send, PAUSE_MS);
    }
    isSending = false;
    if (isGoingOn && queue().length) await send();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const barcode = input.value.trim();
    if (barcode) {
      const scan = { id: newId(), barcode, shelf: Number(form.elements.shelf.value) || null, at: new Date().toISOString() };
      keep([...queue(), scan]);
      add(scan);
      input.value = "";
      send();
    }
    input.focus();
  });
  form.elements.shelf.addEventListener("change", () => input.focus());
  trouble.querySelector("[data-again]").addEventListener("click", send);
  addEventListener("online", send);
  addEventListener("beforeunload", (event) => { if (inMemory?.length) event.preventDefault(); });

  sound.hidden = false;
  complain("");
  const waiting = queue();
  keep(waiting);
  for (const scan of waiting) add(scan);
  send();
}
