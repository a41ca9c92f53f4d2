// On every page. Public and portal pages work without this file; it only makes them kinder.
(() => {
  'use strict';

  // A code that has to be typed into a bank's app is better copied.
  for (const button of document.querySelectorAll('[data-copy]')) {
    if (!navigator.clipboard) break;
    button.hidden = false;
    const words = [...button.childNodes];
    button.addEventListener('click', async () => {
      const text = button.parentElement.querySelector('[data-copy-text]').textContent.trim();
      await navigator.clipboard.writeText(text);
      button.textContent = button.dataset.copied;
      setTimeout(() => button.replaceChildren(...words), 2000);
    });
  }

  for (const button of document.querySelectorAll('[data-print]')) {
    button.hidden = false;
    button.addEventListener('click', () => window.print());
  }

  // The summary of errors is read first; its links reach the first control of a group.
  const summary = document.getElementById('error-summary');
  if (summary) {
    summary.focus();
    summary.addEventListener('click', (event) => {
      const link = event.target.closest('a[href^="#"]');
      const target = link && document.getElementById(link.hash.slice(1));
      if (!target) return;
      event.preventDefault();
      const control = target.matches('fieldset') ? target.querySelector('input') : target;
      control.closest('.field').scrollIntoView();
      control.focus({ preventScroll: true });
    });
  }

  // A second press on a slow line must not send twice. The server holds the real guard.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method !== 'post' || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = 'yes';
    if (event.submitter) event.submitter.setAttribute('aria-disabled', 'true');
  });
  addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll('[aria-disabled]')) button.removeAttribute('aria-disabled');
    }
  });

  // Two minutes before the session ends we ask. The clock is the server's end time, so a sleeping phone is told at once.
  // A copy that was kept for places without the internet knows nothing of the sign-in.
  const dialog = document.getElementById('session-dialog');
  if (!dialog || document.documentElement.dataset.offline) return;
  const warnBefore = 120_000;
  let endsAt = Date.parse(document.body.dataset.sessionEnds);
  const length = Math.max(endsAt - Date.now(), warnBefore * 2);

  const look = () => {
    if (Date.now() >= endsAt) location.reload();
    else if (Date.now() >= endsAt - warnBefore && !dialog.open) dialog.showModal();
  };
  setInterval(look, 10_000);
  document.addEventListener('visibilitychange', look);
  look();

  dialog.querySelector('form').addEventListener('submit', async (event) => {
    if (event.submitter?.hasAttribute('formaction')) return;
    event.preventDefault();
    const answer = await fetch(document.body.dataset.extendUrl, {
      method: 'POST', body: new FormData(event.target), headers: { Accept: 'application/json' },
    }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) { location.reload(); return; }
    const told = await answer.json().catch(() => ({}));
    endsAt = Date.parse(told.ends_at) || Date.now() + length;
    dialog.close();
  });
})();
