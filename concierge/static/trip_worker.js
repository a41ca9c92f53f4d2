// The trip kept on this phone. Only pages under its own address (…/trip) come by here, and only on phones whose owner
// asked for it. The net comes first; the copy is for where there is none, and says how old it is.
'use strict';

const KEPT = 'trip';
const PATIENCE = 5000;
const DAY = 86_400_000;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('message', (event) => {
  const done = (answer) => event.ports[0].postMessage(answer);
  if (event.data.keep) event.waitUntil(keep(event.data.keep).then(() => done('kept'), () => done('failed')));
  if (event.data.forget) event.waitUntil(caches.delete(KEPT).then(() => done('forgotten')));
});

async function keep(addresses) {
  const cache = await caches.open(KEPT);
  await Promise.all(addresses.map(async (address) => {
    const answer = await fetch(address, { credentials: 'same-origin', cache: 'reload' });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    await cache.put(address, answer);
  }));
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== location.origin) return;
  event.respondWith(request.mode === 'navigate' ? page(request) : part(request));
});

// A page that is kept is renewed by every visit; one that may no longer be seen is forgotten.
async function page(request) {
  const cache = await caches.open(KEPT);
  const key = new URL(request.url).pathname;
  const copy = await cache.match(key);
  if (!copy) return fetch(request);
  try {
    const answer = await hurried(request);
    if (answer.ok && !answer.redirected) await cache.put(key, answer.clone());
    else if ([403, 404, 410].includes(answer.status)) await caches.delete(KEPT);
    return answer;
  } catch {
    return aged(copy);
  }
}

async function part(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const copy = await caches.match(request, { ignoreVary: true });
    if (copy) return copy;
    throw error;
  }
}

function hurried(request) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  return fetch(request, { signal: stop.signal }).finally(() => clearTimeout(timer));
}

// The copy says so itself: the page holds the sentence with its time, this mark makes it seen.
async function aged(copy) {
  const text = await copy.text();
  const at = Date.parse((text.match(/data-as-of="([^"]+)"/) || [])[1]);
  const mark = Date.now() - at > DAY ? 'old' : 'yes';
  const headers = new Headers(copy.headers);
  headers.delete('content-length');
  headers.delete('content-encoding');
  return new Response(text.replace('<html ', `<html data-offline="${mark}" `), { headers });
}
