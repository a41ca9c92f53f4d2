/* The call screen keeps its notes by itself while somebody types; without this script the buttons do. */
(() => {
  'use strict';
  const form = document.querySelector('form[data-keeps]');
  if (!form) return;
  const line = form.querySelector('[data-kept]');
  let timer, isSending = false, isChanged = false;

  // The newest tokens and version come back on the page that a saved form leads to.
  const renew = (page) => {
    for (const name of ['once', 'csrf_token', 'version']) {
      const fresh = page.querySelector(`form[data-keeps] [name=${name}]`);
      if (fresh) form.elements[name].value = fresh.value;
    }
  };

  const keep = async () => {
    if (isSending || !isChanged) return;
    isSending = true; isChanged = false;
    const data = new FormData(form);
    data.set('act', 'keep');
    try {
      const answer = await fetch(form.action, { method: 'POST', body: data });
      if (!answer.ok || !answer.redirected) throw new Error(answer.status);
      renew(new DOMParser().parseFromString(await answer.text(), 'text/html'));
      line.textContent = form.dataset.keeps;
    } catch {
      line.textContent = form.dataset.lost;
      isChanged = true;
    }
    isSending = false;
  };

  form.addEventListener('input', () => {
    isChanged = true;
    clearTimeout(timer);
    timer = setTimeout(keep, 5000);
  });
  // A press while notes are on their way waits for them: the same page is not sent twice.
  form.addEventListener('submit', (event) => {
    clearTimeout(timer);
    if (!isSending) return;
    event.preventDefault();
    const button = event.submitter;
    const again = setInterval(() => { if (!isSending) { clearInterval(again); form.requestSubmit(button); } }, 100);
  });
})();
