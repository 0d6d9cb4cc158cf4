// Finding a terrain by name, municipality or RIN; the way to every figure without a mouse.

const plain = (text) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();

function findTerrains(asked, index, limit) {
  const parts = plain(asked).split(/\s+/).filter(Boolean);
  if (!parts.length) return {};
  const found = [];
  for (let i = 0; i < index.length; i += 1) {
    if (!parts.every((part) => index[i].all.includes(part))) continue;
    // A name that starts so comes first; the terrains themselves stand in order of size.
    const rank = index[i].name.startsWith(parts[0]) ? 0 : index[i].name.includes(parts[0]) ? 1 : 2;
    found.push([rank, i]);
  }
  found.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return { shown: found.slice(0, limit).map((item) => item[1]), count: found.length };
}

function connectSearch(open) {
  const index = T.id.map((id, i) => ({ name: plain(T.name[i]),
    all: plain(T.name[i] + ' ' + named(T.municipality, i) + ' ' + id) }));
  const input = document.getElementById('search');
  const list = document.getElementById('search-results');
  const status = document.getElementById('search-status');
  let active = -1;

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }

  function mark(position) {
    const options = [...list.querySelectorAll('[role=option]')];
    if (!options.length) return;
    active = (position + options.length) % options.length;
    options.forEach((option, i) => option.setAttribute('aria-selected', String(i === active)));
    options[active].scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', options[active].id);
  }

  function choose(terrain) {
    input.value = T.name[terrain];
    close();
    open(terrain);
  }

  function refresh() {
    const { shown, count } = findTerrains(input.value, index, 8);
    list.replaceChildren();
    close();
    if (shown === undefined) {
      status.textContent = '';
      return;
    }
    shown.forEach((terrain, position) => {
      const option = make('li', { role: 'option', id: 'result-' + position, 'aria-selected': 'false' },
        make('span', { class: 'result-name' }, T.name[terrain]),
        make('span', { class: 'result-place' }, named(T.municipality, terrain)));
      option.addEventListener('pointerdown', (event) => {
        event.preventDefault();
        choose(terrain);
      });
      option.terrain = terrain;
      list.append(option);
    });
    status.textContent = count ? say('map.search.found', { count: exact(count) }) : say('map.search.none');
    if (!count) list.append(make('li', { class: 'none' }, say('map.search.none')));
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
  }

  input.addEventListener('input', refresh);
  input.addEventListener('focus', () => input.value && refresh());
  input.addEventListener('blur', close);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list.hidden) refresh();
      mark(event.key === 'ArrowDown' ? active + 1 : active < 0 ? -1 : active - 1);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const option = list.querySelectorAll('[role=option]')[Math.max(0, active)];
      if (option && !list.hidden) choose(option.terrain);
    } else if (event.key === 'Escape') {
      if (!list.hidden) event.stopPropagation();
      close();
    }
  });
}
