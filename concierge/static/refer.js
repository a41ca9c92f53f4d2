// A referral without the patient's agreement is not even sent, so that the chosen files stay chosen.
// Without this file the server says the same; only the files have to be chosen again, because it keeps none.
(() => {
  'use strict';
  const form = document.querySelector('form[data-needs]');
  const box = form && form.elements[form.dataset.needs];
  if (!box) return;
  const note = document.createElement('p');
  note.className = 'emsg';
  note.id = 'needs-note';
  form.addEventListener('submit', (event) => {
    if (box.checked) return;
    event.preventDefault();
    note.textContent = form.dataset.needsText;
    box.closest('.field').prepend(note);
    box.closest('.field').classList.add('err');
    box.setAttribute('aria-describedby', note.id);
    box.focus();
  });
})();
