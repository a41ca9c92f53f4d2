// A talk that stays open: what is new comes by itself, an unsent message stays and can be sent again.
// Without this file the same pages work as forms and links.
(() => {
  'use strict';
  const find = (selector, within = document) => within.querySelector(selector);
  const inside = (html) => new DOMParser().parseFromString(html, 'text/html');
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || '';

  // ---- Before the first message: three questions fill the box, and promises are shown on the reader's clock too.
  const opening = find('[data-chat-open]');
  if (opening) {
    opening.elements.zone.value = zone;
    const starters = find('[data-starters]');
    starters.hidden = false;
    starters.addEventListener('click', (event) => {
      const starter = event.target.closest('[data-starter]');
      if (!starter) return;
      opening.elements.message.value = starter.textContent;
      opening.elements.message.focus();
    });
    if (zone && !new URLSearchParams(location.search).has('zone') && !find('.err')) {
      const here = new URL(location.href);
      here.searchParams.set('zone', zone);
      fetch(here).then((answer) => answer.text()).then((html) => {
        const promises = 'p[data-zone-text], [data-zone-text] .pick .hint', theirs = inside(html).querySelectorAll(promises);
        document.querySelectorAll(promises).forEach((mine, i) => { if (theirs[i]) mine.replaceWith(theirs[i]); });
      }).catch(() => {});
    }
  }

  const live = find('[data-live]');
  if (!live) return;
  const EVERY = Number(live.dataset.every), HIDDEN = 15_000, LONGEST = 30_000;
  const offline = find('[data-offline]');
  let mark = find('[data-mark]', live).dataset.mark, timer, fails = 0, all = false, current = null;

  // ---- What is new goes to its place; what is there already stays, so that nothing is read out twice.
  const merge = (html) => {
    const news = find('[data-mark]', inside(html));
    if (!news) { location.reload(); return; }
    mark = news.dataset.mark;
    if (mark.endsWith('.over')) { location.reload(); return; }
    const beside = live.querySelectorAll('[data-who]');
    news.querySelectorAll('[data-who]').forEach((now, i) => {
      if (beside[i].innerHTML.trim() !== now.innerHTML.trim()) beside[i].replaceChildren(...now.childNodes);
    });
    const thread = find('.thread', live), newest = thread.lastElementChild;
    const follows = !newest || newest.getBoundingClientRect().top < innerHeight;
    let last = null, isLonger = false;
    for (const fresh of [...(find('.thread', news)?.children ?? [])]) {
      const old = fresh.id && document.getElementById(fresh.id);
      if (!old) {
        if (last) last.after(fresh); else thread.append(fresh);
        isLonger = true;
        last = fresh;
      } else if (find('.b', old)?.textContent !== find('.b', fresh)?.textContent
                 || find('.m', old)?.textContent !== find('.m', fresh)?.textContent) {
        old.replaceWith(fresh);
        last = fresh;
      } else last = old;
    }
    if (isLonger && follows) last.scrollIntoView({ block: 'nearest' });
  };

  const look = async () => {
    clearTimeout(timer);
    const after = all ? '' : encodeURIComponent(mark);
    all = false;
    try {
      const answer = await fetch(`${live.dataset.live}?after=${after}${document.hidden ? '&away=1' : ''}`,
        { signal: AbortSignal.timeout(10_000), redirect: 'error' });
      if (answer.status === 404) { location.reload(); return; }
      if (answer.status === 200) merge(await answer.text());
      else if (answer.status !== 204) throw new Error(answer.status);
      fails = 0;
    } catch { fails += 1; }
    if (offline) offline.hidden = fails < 2;
    timer = setTimeout(() => ask(), Math.min(LONGEST, (document.hidden ? HIDDEN : EVERY) * 2 ** Math.min(fails, 4)));
  };
  const ask = (everything = false) => {
    all ||= everything;
    return current ??= look().finally(() => { current = null; if (all) ask(); });
  };
  // Back in front of the page, everything is asked for: only what somebody looks at counts as seen.
  document.addEventListener('visibilitychange', () => { if (!document.hidden) ask(true); });
  addEventListener('online', () => { fails = 0; ask(); for (const send of waiting.values()) send(); });
  timer = setTimeout(() => ask(), EVERY);
  if (!location.hash && find('[data-chat-send]')) find('.thread', live).lastElementChild?.scrollIntoView({ block: 'nearest' });

  // ---- Sending: the bubble is there at once. The same token goes with each try, so it arrives once.
  const form = find('[data-chat-send]'), unsent = find('[data-unsent]');
  const waiting = new Map();
  if (!form) return;
  const words = unsent.dataset, box = form.elements.message;
  const token = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(24)))).replace(/\+/g, '-').replace(/\//g, '_');

  const bubble = (text) => {
    const made = document.createElement('article'), body = document.createElement('p'), state = document.createElement('p');
    made.className = 'msg me';
    body.className = 'b';
    body.dir = 'auto';
    body.textContent = text;
    state.className = 'm';
    made.append(body, state);
    unsent.append(made);
    made.scrollIntoView({ block: 'nearest' });
    return { made, state };
  };

  const deliver = (text, once) => {
    const { made, state } = bubble(text);
    const data = new FormData(form);
    data.set('message', text);
    data.set('once', once);
    const failed = (why) => {
      made.classList.add('fail');
      const again = document.createElement('button');
      again.type = 'button';
      again.className = 'btn sec';
      again.textContent = words.again;
      again.addEventListener('click', send);
      state.replaceChildren(why || words.failed, again);
      waiting.set(once, send);
    };
    const send = async () => {
      waiting.delete(once);
      made.classList.remove('fail');
      state.replaceChildren(words.sending);
      const answer = await fetch(form.action, { method: 'POST', body: data, redirect: 'manual', signal: AbortSignal.timeout(20_000) })
        .catch(() => null);
      if (!answer || (answer.type !== 'opaqueredirect' && !answer.ok)) {
        const why = answer && answer.status === 422 && find('.emsg div, .esum li', inside(await answer.text()))?.textContent;
        failed(why);
        return;
      }
      await current;
      await ask();
      made.remove();
    };
    send();
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) { box.focus(); return; }
    box.value = '';
    deliver(text, token());
    box.focus();
  });
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.isComposing) form.requestSubmit();
  });
  addEventListener('beforeunload', (event) => { if (unsent.children.length) event.preventDefault(); });
})();
