// What is chosen in the panel, and which choices matter to the measure.

function readState() {
  const chosen = new FormData(document.getElementById('controls'));
  return {
    measure: chosen.get('measure'),
    kind: chosen.get('kind'),
    group: chosen.get('group'),
    year: Number(chosen.get('year')),
    scenario: chosen.get('scenario'),
    strategy: chosen.get('strategy'),
    layers: new Set(chosen.getAll('layer')),
  };
}

function showChoices(state) {
  for (const name of ['kind', 'group', 'strategy']) {
    document.getElementById('choice-' + name).hidden = !MEASURES[state.measure].uses.includes(name);
  }
}

function connectFold(buttonId, targetId, isOpenAtFirst) {
  const button = document.getElementById(buttonId);
  const target = document.getElementById(targetId);
  const set = (isOpen) => {
    button.setAttribute('aria-expanded', String(isOpen));
    target.hidden = !isOpen;
  };
  set(isOpenAtFirst);
  button.addEventListener('click', () => set(target.hidden));
  return set;
}
