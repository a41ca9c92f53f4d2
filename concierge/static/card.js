// The card service's form on our page. Loaded there only; without it the page offers the service's own page.
(() => {
  'use strict';
  const form = document.getElementById('card-form');
  if (!form || typeof Stripe === 'undefined') return;
  const { key, secret, locale, returnUrl, wait } = form.dataset;
  const stripe = Stripe(key, { locale });
  const elements = stripe.elements({ clientSecret: secret });
  elements.create('payment').mount('#card-element');
  form.hidden = false;

  const message = document.getElementById('card-message');
  const button = form.querySelector('button');
  const words = button.textContent;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    button.textContent = wait;
    message.textContent = '';
    // On success the browser leaves for the return page, which asks the service whether it is true.
    const { error } = await stripe.confirmPayment({ elements, confirmParams: { return_url: returnUrl } });
    message.textContent = error.message;
    message.focus();
    button.disabled = false;
    button.textContent = words;
  });
})();
