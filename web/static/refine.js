'use strict';

// The year is only asked of fields that hold in one.
function fitLine(choice) {
  const chosen = choice.selectedOptions[0];
  const year = choice.closest('.line').querySelector('.year');
  year.hidden = !chosen || !('year' in chosen.dataset);
}

for (const choice of document.querySelectorAll('select[data-row]')) {
  choice.addEventListener('change', () => fitLine(choice));
  fitLine(choice);
}

// Computing takes some seconds: say so, and send nothing twice.
for (const form of document.querySelectorAll('form[data-busy]')) {
  form.addEventListener('submit', () => {
    const button = form.querySelector('button');
    button.disabled = true;
    button.textContent = form.dataset.busy;
    form.setAttribute('aria-busy', 'true');
  });
}

// Who comes back with the browser's own button finds the form as it was left.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) window.location.reload();
});
