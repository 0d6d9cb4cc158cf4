'use strict';

// Sliders beside the numbers of the form. The form alone works too: this asks the same address
// while a hand moves, shows the answer, and keeps the address of the page up to date.

(() => {
  const form = document.getElementById('what-if');
  const outcome = document.getElementById('outcome');
  const problem = document.getElementById('problem');
  const computing = document.getElementById('computing');
  const PAUSE_MS = 250;
  let timer = 0;
  let asked = null;

  function settings() {
    const chosen = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (value !== '' && !(name === 'strategy' && value === form.strategy.options[0].value)) {
        chosen.append(name, value);
      }
    }
    return chosen;
  }

  function showProblem(sentence, language) {
    problem.replaceChildren();
    if (!sentence) return;
    const line = document.createElement('p');
    line.textContent = sentence;
    line.lang = language;
    problem.append(line);
  }

  function setBusy(isBusy) {
    outcome.setAttribute('aria-busy', String(isBusy));
    computing.textContent = isBusy ? computing.dataset.text : '';
    computing.classList.toggle('is-on', isBusy);
  }

  async function ask() {
    if (asked) asked.abort();
    const mine = new AbortController();
    asked = mine;
    const chosen = settings();
    const query = chosen.toString();
    history.replaceState(null, '', `${form.getAttribute('action')}?${query}`);
    setBusy(true);
    try {
      const answer = await fetch(`${form.dataset.json}?${query}`, { signal: mine.signal });
      const body = await answer.json();
      if (mine !== asked) return;
      if (answer.ok) {
        // Made by a template of this server, with every text escaped.
        outcome.innerHTML = body.html;
        showProblem('');
        prepareCopy();
      } else {
        showProblem(body.error, body.language);
      }
    } catch (error) {
      if (error.name === 'AbortError' || mine !== asked) return;
      showProblem(form.dataset.failed, form.dataset.language);
    }
    if (mine === asked) setBusy(false);
  }

  function askSoon() {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, PAUSE_MS);
  }

  function prepareCopy() {
    const button = document.getElementById('copy');
    if (!button || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(window.location.href);
      button.textContent = form.dataset.copied;
    });
  }

  function addSlider(row) {
    const typed = row.querySelector('input');
    const label = row.querySelector('label').textContent;
    const slider = document.createElement('input');
    slider.type = 'range';
    slider.min = typed.min;
    slider.max = row.dataset.top;
    slider.step = row.dataset.step;
    slider.setAttribute('aria-label', form.dataset.slider.replace('{field}', label));
    const reset = document.createElement('button');
    reset.type = 'button';
    reset.className = 'reset';
    reset.textContent = '×';
    reset.setAttribute('aria-label', form.dataset.reset.replace('{field}', label));

    function show() {
      const value = typed.value === '' ? row.dataset.base : typed.value;
      slider.value = value === undefined ? slider.min : value;
      const part = (slider.value - slider.min) / (slider.max - slider.min || 1);
      slider.style.setProperty('--part', `${100 * part}%`);
      slider.setAttribute('aria-valuetext', typed.value || typed.placeholder || '–');
      row.classList.toggle('is-unknown', row.dataset.base === undefined);
      row.classList.toggle('is-tried', typed.value !== '');
      reset.hidden = typed.value === '';
    }
    slider.addEventListener('input', () => {
      typed.value = slider.value;
      show();
      askSoon();
    });
    typed.addEventListener('input', () => {
      show();
      askSoon();
    });
    reset.addEventListener('click', () => {
      typed.value = '';
      show();
      slider.focus();
      askSoon();
    });
    row.append(slider, reset);
    show();
  }

  form.querySelectorAll('.slider').forEach(addSlider);
  form.classList.add('has-sliders');
  form.strategy.addEventListener('change', askSoon);
  // Another year or scenario has other numbers beside its sliders: a new page.
  for (const name of ['year', 'scenario']) {
    form[name].addEventListener('change', () => form.requestSubmit());
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    window.location.assign(`${form.getAttribute('action')}?${settings()}`);
  });
  prepareCopy();
})();
