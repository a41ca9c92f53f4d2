// While somebody types a phone call: who the caller may be. Without this script the button beside it opens the same list.
(() => {
  'use strict';
  const place = document.querySelector('[data-same-person]');
  const form = place?.closest('form');
  if (!form) return;
  const asked = ['name', 'called', 'birth', 'hijri', 'phone', 'country', 'email', 'csrf_token'];
  const pause = 400;
  let timer = 0;
  let last = '';
  let running = null;

  const typed = () => {
    const all = new FormData(form);
    const sent = new URLSearchParams();
    for (const name of asked) if (all.get(name)) sent.set(name, all.get(name));
    return sent;
  };
  // Sent as a form: no name and no number may stand in an address.
  const look = async () => {
    const sent = typed();
    const worth = (sent.get('name') ?? '').trim().length > 1 || (sent.get('phone') ?? '').length > 6 || sent.has('email');
    if (!worth) { place.replaceChildren(); last = ''; return; }
    if (sent.toString() === last) return;
    last = sent.toString();
    running?.abort();
    running = new AbortController();
    try {
      const answer = await fetch(place.dataset.samePerson, {
        method: 'POST', body: sent, headers: { 'X-Fragment': '1' }, signal: running.signal,
      });
      if (answer.ok && !answer.redirected) place.innerHTML = await answer.text();
    } catch { /* the next letter asks again */ }
  };
  form.addEventListener('input', (event) => {
    if (!asked.includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(look, pause);
  });
})();
