// Keeps the page of the on-site inspections and its files, so that it opens without a network. The server puts the
// list KEPT before this. Nothing of anybody's data goes through here into the cache.

const NAME = `onsite-${KEPT.version}`;

async function keep(cache, url) {
  const answer = await fetch(url, { cache: "reload" });
  if (!answer.ok || answer.redirected) throw new Error(`${url} was not given`);
  await cache.put(url, answer);
}

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(NAME).then(async (cache) => {
      await Promise.all([KEPT.page, ...KEPT.assets].map((url) => keep(cache, url)));
      await self.skipWaiting();
    }),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then(async (names) => {
      await Promise.all(names.filter((name) => name.startsWith("onsite-") && name !== NAME).map((name) => caches.delete(name)));
      await self.clients.claim();
    }),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (request.mode === "navigate" && pathname === KEPT.page)
    event.respondWith(fetch(request).catch(() => caches.match(KEPT.page)));
  else if (request.method === "GET" && KEPT.assets.includes(pathname))
    event.respondWith(caches.match(pathname).then((found) => found ?? fetch(request)));
});
