// What this device keeps, newest first: read from the browser's own caches, which the worker fills (offline/worker.js).

const place = document.querySelector("[data-shelves]");
const language = { en: "en-GB" }[document.documentElement.lang] ?? document.documentElement.lang; // days before months
const time = place && new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short", timeZone: place.dataset.zone });

async function kept(shelf) {
  const told = await (await caches.open("pustaka-state")).match("/reader");
  const name = `pustaka-pages-${told ? await told.text() : ""}-${shelf}`;
  if (!(await caches.has(name))) return [];
  const cache = await caches.open(name);
  const pages = await Promise.all((await cache.keys()).reverse().map(async ({ url }) => {
    const { headers } = await cache.match(url, { ignoreVary: true });
    const { pathname, search } = new URL(url);
    return { href: pathname + search, title: decodeURIComponent(headers.get("Kept-Title")), at: new Date(headers.get("Kept-At")) };
  }));
  return pages.filter((page) => Date.now() - page.at < place.dataset.days * 86_400_000);
}

function line(page) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const when = document.createElement("p");
  link.href = page.href;
  link.className = "line-link";
  link.textContent = new DOMParser().parseFromString(`<title>${page.title}</title>`, "text/html").title;
  when.className = "soft";
  when.textContent = time.format(page.at);
  item.append(link, when);
  return item;
}

async function show() {
  let count = 0;
  for (const section of place.querySelectorAll("[data-shelf]")) {
    const pages = await kept(section.dataset.shelf);
    section.querySelector("ul").replaceChildren(...pages.map(line));
    section.hidden = !pages.length;
    count += pages.length;
  }
  place.querySelector("[data-empty]").hidden = count > 0;
  place.querySelector("[data-forget]").hidden = !count;
  place.hidden = false;
}

if (place && "caches" in window) {
  place.querySelector("[data-forget] button").addEventListener("click", async () => {
    for (const name of await caches.keys()) if (name.startsWith("pustaka-pages-")) await caches.delete(name);
    await show();
    place.querySelector("[data-said]").textContent = place.dataset.gone;
  });
  show();
}
