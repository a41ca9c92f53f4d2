// What a phone number says, shown beside it while it is typed. Without this script the server says it after sending.
(() => {
  'use strict';
  const phone = document.querySelector('input[data-number]');
  const says = document.getElementById('number-says');
  if (!phone || !says) return;
  let timer = 0, asked = '';
  const ask = async () => {
    const typed = phone.value.trim();
    if (typed === asked) return;
    asked = typed;
    try {
      const answer = await fetch(`${phone.dataset.number}?phone=${encodeURIComponent(typed)}`, { headers: { Accept: 'application/json' } });
      const { text } = await answer.json();
      if (typed === asked) says.textContent = text;
    } catch {
      says.textContent = ''; // signed out or offline: the form itself will say so
    }
  };
  phone.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(ask, 250); });
  if (phone.value) ask();
})();
