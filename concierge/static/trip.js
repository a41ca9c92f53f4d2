// The trip page: keeping it on this phone, when its owner wants that. Without this script the page is whole, but online.
(() => {
  'use strict';
  const root = document.documentElement;
  // A copy says what was today and next when it was made: neither may be taken for the truth of this moment.
  if (root.dataset.offline) {
    for (const title of document.querySelectorAll('.day-h.today')) {
      title.textContent = title.dataset.plain;
      title.classList.remove('today');
    }
    const next = document.querySelector('[data-until]');
    if (next && Date.parse(next.dataset.until) < Date.now()) next.hidden = true;
  }
  const section = document.querySelector('[data-keep-trip]');
  if (!section || !('serviceWorker' in navigator)) return;
  const { worker, scope } = section.dataset;
  const line = section.querySelector('[role=status]');
  const [keep, forget] = section.querySelectorAll('button');

  const show = (isKept) => {
    section.hidden = false;
    keep.hidden = isKept;
    forget.hidden = !isKept;
    section.querySelector('[data-when-kept]').hidden = !isKept;
    section.querySelector('[data-when-not]').hidden = isKept;
  };

  const ask = (active, message) => new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => resolve(data);
    active.postMessage(message, [channel.port2]);
  });

  const awake = (registration) => new Promise((resolve) => {
    const next = registration.active || registration.waiting || registration.installing;
    if (next.state === 'activated') { resolve(next); return; }
    next.addEventListener('statechange', () => { if (next.state === 'activated') resolve(next); });
  });

  const parts = () => [location.pathname, ...[...document.querySelectorAll('link[rel=stylesheet], script[src], link[rel=icon]')]
    .map((part) => new URL(part.src || part.href).pathname)];

  keep.addEventListener('click', async () => {
    keep.disabled = true;
    try {
      const active = await awake(await navigator.serviceWorker.register(worker, { scope }));
      if (await ask(active, { keep: parts() }) !== 'kept') throw new Error('not kept');
      show(true);
      line.textContent = section.dataset.kept;
    } catch {
      line.textContent = section.dataset.failed;
    }
    keep.disabled = false;
  });

  forget.addEventListener('click', async () => {
    await caches.delete('trip');
    const registration = await navigator.serviceWorker.getRegistration(scope);
    if (registration) await registration.unregister();
    show(false);
    line.textContent = section.dataset.gone;
  });

  caches.match(location.pathname).then((copy) => show(Boolean(copy)), () => {});
})();
