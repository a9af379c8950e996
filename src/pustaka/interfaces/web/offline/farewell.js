// Ends the worker that was here before, and lets go of all that it kept.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("pustaka-")) await caches.delete(name);
    await self.registration.unregister();
  })());
});
