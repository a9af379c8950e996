// Keeps the pages that were opened last, to be read without a network. `LIBRARY` above comes from the server.
//
// What is kept is the server's to say (offline/rules.py): an answer without "Pustaka-Keep" isn't. Each answer says whose
// it is ("Pustaka-Reader"); as soon as it is another reader's, all that was kept for the one before goes. While the
// network answers, a page never comes from here.

const FILES = `pustaka-files-${LIBRARY.version}`;
const STATE = "pustaka-state";
const PICTURES = "pictures";
const KEEP = "Pustaka-Keep", READER = "Pustaka-Reader", KEPT_AT = "Kept-At", KEPT_TITLE = "Kept-Title";
const EVERYONE = { ignoreVary: true };
const PICTURE = /\/media\/[0-9a-f]{64}\.webp/;
const AWAY = new Set([502, 503, 504]); // what a proxy says when the library doesn't answer it

const shelfOf = (reader, shelf) => `pustaka-pages-${reader}-${shelf}`;
const isShelf = (name) => name.startsWith("pustaka-pages-");
const stemOf = (path) => path.replace(/\.[0-9a-f]{12}(?=\.\w+$)/, "");
const stems = new Map(LIBRARY.files.map((file) => [stemOf(file), file]));

let known; // the reader, as long as this worker lives

// One change after the other: two pages that come at once don't undo each other's work.
let turn = Promise.resolve();
function inTurn(work) {
  const done = turn.then(work);
  turn = done.catch(() => {});
  return done;
}

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(FILES);
    await cache.addAll(LIBRARY.files);
    await cache.addAll(Object.values(LIBRARY.away).map((path) => new Request(path, { credentials: "omit", cache: "no-cache" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("pustaka-") && name !== FILES && name !== STATE && !isShelf(name)) await caches.delete(name);
    }
    await self.registration.navigationPreload?.enable();
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST" && pathname === LIBRARY.leave) event.waitUntil(inTurn(() => forget("")));
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (stems.has(stemOf(pathname))) event.respondWith(file(request, pathname));
  else if (PICTURE.test(pathname)) event.respondWith(picture(request));
});

// A page that was open before there was a worker asks to be kept.
self.addEventListener("message", (event) => {
  if (typeof event.data?.keep !== "string") return;
  const address = new URL(event.data.keep, self.location.origin);
  if (address.origin !== self.location.origin) return;
  event.waitUntil((async () => {
    const answer = await fetch(address, { credentials: "same-origin" });
    const copy = await heed(answer);
    if (copy) await keep(copy, address.href.split("#")[0]);
  })().catch(() => {}));
});

async function page(event) {
  const address = event.request.url.split("#")[0];
  const network = fromNetwork(event, address);
  event.waitUntil(network.then((told) => told.filed, () => {}));
  const kept = await keptPage(address);
  try {
    const { answer } = await (kept ? Promise.race([network, tooLong()]) : network);
    return kept && AWAY.has(answer.status) ? kept : answer;
  } catch {
    return kept ?? away();
  }
}

async function fromNetwork(event, address) {
  const answer = (await event.preloadResponse) ?? (await fetch(event.request));
  const copy = await heed(answer);
  const filing = copy ? keep(copy, address) : answer.status < 500 ? drop(address) : undefined;
  return { answer, filed: filing?.catch(() => {}) };
}

function tooLong() {
  return new Promise((_done, fail) => setTimeout(fail, LIBRARY.waitMs, new Error("no answer in time")));
}

// Whose page it is, is known before anybody sees it. What comes back is a copy of what is to be kept.
async function heed(answer) {
  const reader = answer.headers.get(READER);
  if (reader && reader !== known) await inTurn(async () => { if (reader !== (await currentReader())) await forget(reader); });
  const isKept = reader && reader !== LIBRARY.nobody && answer.headers.get(KEEP) && answer.ok && !answer.redirected;
  return isKept ? answer.clone() : undefined;
}

async function currentReader() {
  const told = await (await caches.open(STATE)).match("/reader");
  known = told ? await told.text() : "";
  return known;
}

// From now on the pages of this reader are kept and nobody else's; of an unnamed one nothing is known yet.
async function forget(reader) {
  for (const name of await caches.keys()) {
    if (isShelf(name) && !(reader && name.startsWith(shelfOf(reader, "")))) await caches.delete(name);
  }
  await (await caches.open(STATE)).put("/reader", new Response(reader));
  known = reader;
}

async function keep(answer, address) {
  const [reader, shelf] = [answer.headers.get(READER), answer.headers.get(KEEP)];
  const text = await answer.text();
  if (!LIBRARY.shelves[shelf] || text.length > LIBRARY.longestPage) return;
  const headers = new Headers(answer.headers);
  for (const name of ["Content-Encoding", "Content-Length", "Vary"]) headers.delete(name);
  headers.set(KEPT_AT, new Date().toISOString());
  headers.set(KEPT_TITLE, encodeURIComponent(text.match(/<title>([^<]*)/)?.[1].replace(/\s+/g, " ").trim() ?? ""));
  const page = new Response(text.replace("<html ", "<html data-kept "), { headers });
  await put(reader, shelf, address, page, LIBRARY.shelves[shelf]);
  const language = text.match(/<html[^>]* lang="(\w+)"/)?.[1];
  if (language in LIBRARY.away) await (await caches.open(STATE)).put("/language", new Response(language));
  const shown = text.match(PICTURE)?.[0];
  if (!shown) return;
  const picture = await fetch(shown);
  const bytes = await picture.blob();
  if (!picture.ok || bytes.size > LIBRARY.largestPicture) return;
  const small = new Response(bytes, { headers: { "Content-Type": picture.headers.get("Content-Type") } });
  await put(reader, PICTURES, shown, small, LIBRARY.pictures);
}

// What the library shows no longer, or not to this reader, isn't kept any longer either.
function drop(address) {
  return inTurn(async () => {
    const reader = await currentReader();
    for (const shelf of Object.keys(LIBRARY.shelves)) {
      const name = shelfOf(reader, shelf);
      if (await caches.has(name)) await (await caches.open(name)).delete(address, EVERYONE);
    }
  });
}

// What comes late, when it is another reader's turn already, is thrown away.
function put(reader, shelf, address, answer, most) {
  return inTurn(async () => {
    if (reader !== (await currentReader())) return;
    const cache = await caches.open(shelfOf(reader, shelf));
    await cache.delete(address, EVERYONE); // so that it becomes the newest of its shelf
    await cache.put(address, answer);
    await clear(cache, most);
  });
}

// The oldest go when there are too many, and those that have stayed too long.
async function clear(cache, most) {
  const all = await cache.keys();
  for (const request of all.slice(0, Math.max(0, all.length - most))) await cache.delete(request, EVERYONE);
  for (const request of all.slice(-most)) {
    if (!isOld(await cache.match(request, EVERYONE))) return;
    await cache.delete(request, EVERYONE);
  }
}

function isOld(kept) {
  const at = Date.parse(kept.headers.get(KEPT_AT));
  return Date.now() - at > LIBRARY.days * 86_400_000;
}

async function fromShelves(address, shelves) {
  const reader = await currentReader();
  if (!reader) return undefined;
  for (const shelf of shelves) {
    const name = shelfOf(reader, shelf);
    const kept = (await caches.has(name)) && (await (await caches.open(name)).match(address, EVERYONE));
    if (kept && !isOld(kept)) return kept;
  }
  return undefined;
}

const keptPage = (address) => fromShelves(address, Object.keys(LIBRARY.shelves));

async function away() {
  const told = await (await caches.open(STATE)).match("/language");
  const language = told ? await told.text() : Object.keys(LIBRARY.away)[0];
  const kept = await (await caches.open(FILES)).match(LIBRARY.away[language], EVERYONE);
  if (!kept) return Response.error();
  return new Response(kept.body, { status: 503, headers: kept.headers });
}

// The files of this version are here. A page that is older asks for an older name, and gets today's without a network.
async function file(request, pathname) {
  const cache = await caches.open(FILES);
  const exact = await cache.match(request, EVERYONE);
  if (exact) return exact;
  try {
    return await fetch(request);
  } catch {
    return (await cache.match(stems.get(stemOf(pathname)), EVERYONE)) ?? Response.error();
  }
}

async function picture(request) {
  try {
    return await fetch(request);
  } catch {
    return (await fromShelves(request.url, [PICTURES])) ?? Response.error();
  }
}
