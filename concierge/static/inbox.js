// The boxes of a talk: who else writes here, and templates by `/`. Without a script the page says it when it is loaded,
// and each template is a link.
(() => {
  'use strict';
  const room = document.querySelector('[data-presence]');
  if (!room) return;
  const line = room.querySelector('[data-present]');
  const LOOK = 3000;
  const SAY = 8000;
  let said = 0;

  // ---- Presence: look every three seconds while the page is in sight; say it when somebody types.
  const show = async (response) => {
    if (!response.ok) return;
    const text = await response.text();
    if (line.textContent !== text) line.textContent = text;
  };
  const ask = (options) => fetch(room.dataset.presence, options).then(show).catch(() => {});
  setInterval(() => { if (!document.hidden) ask(); }, LOOK);
  room.addEventListener('input', (event) => {
    const form = event.target.closest('form[data-send]');
    if (!form || Date.now() - said < SAY) return;
    said = Date.now();
    const body = new URLSearchParams({ kind: form.dataset.send, csrf_token: form.elements.namedItem('csrf_token').value });
    ask({ method: 'POST', body });
  });

  // ---- Templates: `/` at the beginning of a line opens the list; a choice is written into the box in its language.
  const list = room.querySelector('[data-templates]');
  const form = room.querySelector('form[data-send=reply]');
  if (!list || !form) return;
  const box = form.elements.namedItem('message');
  const links = [...list.querySelectorAll('a[data-template]')];
  let slash = -1;

  const isLineStart = () => box.selectionStart === box.selectionEnd
    && (box.selectionStart === 0 || box.value[box.selectionStart - 1] === '\n');
  const open = () => { list.open = true; links[0].focus(); };
  const close = () => { list.open = false; box.focus(); };

  box.addEventListener('keydown', (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const isSlash = event.key === '/' || (event.code === 'Slash' && !event.shiftKey && !/^[\x21-\x7e]$/.test(event.key));
    if (!isSlash || !isLineStart()) return;
    event.preventDefault();
    slash = box.selectionStart;
    open();
  });

  const insert = async (code) => {
    const address = new URL(list.dataset.templates, location.href);
    address.searchParams.set('template', code);
    address.searchParams.set('language', form.elements.namedItem('language').value);
    const response = await fetch(address);
    if (!response.ok) return;
    const text = await response.text();
    const at = slash >= 0 ? slash : box.selectionStart;
    box.setRangeText(text, at, at, 'end');
    slash = -1;
    close();
    box.dispatchEvent(new Event('input', { bubbles: true }));
  };

  list.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-template]');
    if (!link) return;
    event.preventDefault();
    insert(link.dataset.template);
  });
  list.addEventListener('keydown', (event) => {
    const here = links.indexOf(document.activeElement);
    if (event.key === 'Escape') {
      event.preventDefault();
      if (slash >= 0) box.setRangeText('/', slash, slash, 'end');  // the sign was meant as a sign
      slash = -1;
      close();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      links[(here + (event.key === 'ArrowDown' ? 1 : links.length - 1)) % links.length].focus();
    }
  });
})();
