// Keys, dialogs and the board of the staff workspace. Each thing here has a link, a button or a form that does the same.
(() => {
  'use strict';
  const body = document.body;
  const find = (selector, within = document) => within.querySelector(selector);
  const visible = (element) => element && element.checkVisibility();

  // ---- Dialogs: <button data-dialog="id">. The browser gives the focus back on close.
  const openDialog = (id) => {
    const dialog = document.getElementById(id);
    if (dialog && !dialog.open) dialog.showModal();
  };
  document.addEventListener('click', (event) => {
    const opener = event.target.closest('[data-dialog]');
    if (opener) openDialog(opener.dataset.dialog);
    for (const menu of document.querySelectorAll('details[data-menu][open]')) {
      if (opener || !menu.contains(event.target)) menu.open = false;
    }
  });

  // ---- Rows: j and k move the focus between the first links of a table.q, so Enter and screen readers just work.
  const ROWS = 'table.q tbody tr, [data-rows] > li';
  const moveRow = (by) => {
    const links = [...document.querySelectorAll(ROWS)].map((row) => find('a[href]', row)).filter(visible);
    if (!links.length) return;
    const row = document.activeElement.closest(ROWS) ?? find('[data-rows] > .is-on');
    const here = row ? links.findIndex((link) => row.contains(link)) : (by > 0 ? -1 : links.length);
    links[Math.min(Math.max(here + by, 0), links.length - 1)].focus();
  };

  // ---- Board: the move menu is a details element with a form; dropping a card fills in and sends that same form.
  const openMove = () => {
    const move = document.activeElement.closest('[data-card]')?.querySelector('details.move');
    if (!move) return false;
    move.open = true;
    find('select, button', move)?.focus();
    return true;
  };
  const board = find('.board');
  if (board) {
    let lifted = null;
    for (const card of board.querySelectorAll('[data-card]')) card.draggable = Boolean(find('form[data-move]', card));
    const laneOf = (event) => event.target.closest('[data-lane]');
    const clear = () => board.querySelectorAll('.over').forEach((lane) => lane.classList.remove('over'));
    board.addEventListener('dragstart', (event) => {
      lifted = event.target.closest('[data-card]');
      if (!lifted) return;
      lifted.classList.add('lift');
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData('text/plain', lifted.dataset.card);
    });
    board.addEventListener('dragover', (event) => {
      const lane = laneOf(event);
      if (!lifted || !lane) return;
      event.preventDefault();
      clear();
      if (!lane.contains(lifted)) lane.classList.add('over');
    });
    board.addEventListener('dragend', () => { clear(); lifted?.classList.remove('lift'); lifted = null; });
    board.addEventListener('drop', (event) => {
      const lane = laneOf(event);
      if (!lifted || !lane || lane.contains(lifted)) return;
      event.preventDefault();
      const form = find('form[data-move]', lifted);
      const to = form.elements.namedItem('to');
      to.value = lane.dataset.lane;
      // A lane that the menu does not offer leaves the select empty: the card stays where it is.
      if (to.value === lane.dataset.lane) form.requestSubmit();
    });
  }

  // ---- Keys. A page declares its own with data-key="x" on a link, button or input, data-go="x" for `g` then x.
  // The letter on the cap counts on Latin layouts; on Arabic or Cyrillic ones the place of the key does.
  const keyOf = (event) => {
    if (/^[\x21-\x7e]$/.test(event.key)) return event.key.toLowerCase();
    if (/^Key[A-Z]$/.test(event.code)) return event.code.slice(3).toLowerCase();
    if (event.code === 'Slash') return event.shiftKey ? '?' : '/';
    return { BracketLeft: '[', BracketRight: ']' }[event.code] ?? event.key;
  };
  const typing = (element) => element.closest('input, textarea, select, [contenteditable]:not([contenteditable=false]), dialog[open]');
  const press = (element) => (element.matches('input, textarea, select') ? element.focus() : element.click());
  let goUntil = 0;

  const act = (key) => {
    if (Date.now() < goUntil) {
      goUntil = 0;
      const place = find(`[data-go="${CSS.escape(key)}"]`);
      if (place) location.assign(place.href);
      return Boolean(place);
    }
    if (key === 'g') { goUntil = Date.now() + 1500; return true; }
    if (key === 'j' || key === 'k') { moveRow(key === 'j' ? 1 : -1); return true; }
    if (key === '?') { openDialog('keys'); return true; }
    if (key === 's' && openMove()) return true;
    // What belongs to one row of a list counts only while the focus is in that row.
    const inRow = find(`[data-row-key="${CSS.escape(key)}"]`, document.activeElement.closest('tr') ?? document.createElement('i'));
    if (visible(inRow)) { press(inRow); return true; }
    const target = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(visible);
    if (target) press(target);
    return Boolean(target);
  };

  const escape = () => {
    const menu = document.activeElement.closest('details[data-menu][open], details.move[open]');
    if (menu) { menu.open = false; find('summary', menu).focus(); return; }
    if (document.activeElement.matches('input[data-key]')) document.activeElement.blur();
  };

  document.addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    if (event.key === 'Escape') { if (!find('dialog[open]')) escape(); return; }
    // A reply and an internal note never share a send key.
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey || event.altKey)) {
      event.target.closest(event.altKey ? 'form[data-send=note]' : 'form[data-send=reply]')?.requestSubmit();
      return;
    }
    if (body.dataset.shortcuts === 'off' || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (typing(event.target)) return;
    if (act(keyOf(event))) event.preventDefault();
  });
})();
