// Finding a terrain by name, municipality or RIN, or a municipality by its name; the way to every
// figure without a mouse.

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

// Municipalities that the map is about, with the positions of their terrains.
function municipalityIndex() {
  const rows = new Map();
  T.municipality.index.forEach((place, terrain) => {
    const name = T.municipality.names[place];
    if (!rows.has(name)) rows.set(name, []);
    rows.get(name).push(terrain);
  });
  const all = DATA.base.municipalities;
  return all.selected.map((row) => ({ title: all.name[row], plain: plain(all.name[row]),
    at: [all.lat[row], all.lon[row]], terrains: rows.get(all.name[row]) || [] }));
}

// Where a part of the name begins so; the whole name first, then the largest municipality.
function findMunicipalities(asked, index, limit) {
  const text = plain(asked).trim();
  if (!text) return [];
  const found = index.filter((item) => item.plain.split(/[\s-]+/).some((part, i, parts) =>
    parts.slice(i).join(' ').startsWith(text)) || item.plain.startsWith(text));
  return found.sort((a, b) => Number(b.plain === text) - Number(a.plain === text)).slice(0, limit);
}

function connectSearch(open, openMunicipality) {
  const index = T.id.map((id, i) => ({ name: plain(T.name[i]),
    all: plain(T.name[i] + ' ' + named(T.municipality, i) + ' ' + id) }));
  const municipalities = municipalityIndex();
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

  function option(position, title, detail, choose) {
    const item = make('li', { role: 'option', id: 'result-' + position, 'aria-selected': 'false' },
      make('span', { class: 'result-name' }, title), make('span', { class: 'result-place' }, detail));
    item.choose = () => {
      input.value = title;
      close();
      choose();
    };
    item.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      item.choose();
    });
    return item;
  }

  function group(key, options) {
    return options.length ? [make('li', { role: 'presentation', class: 'result-group' },
      say('map.search.' + key)), ...options] : [];
  }

  function refresh() {
    const { shown, count } = findTerrains(input.value, index, 8);
    close();
    list.replaceChildren();
    if (shown === undefined) {
      status.textContent = '';
      return;
    }
    const places = findMunicipalities(input.value, municipalities, 3);
    const first = places.map((item, position) => option(position, item.title,
      say('map.search.terrains_in', { count: exact(item.terrains.length) }), () => {
        openMunicipality(item);
        status.textContent = say('map.search.shown', { name: item.title, count: exact(item.terrains.length) });
      }));
    const then = shown.map((terrain, position) => option(places.length + position, T.name[terrain],
      named(T.municipality, terrain), () => open(terrain)));
    list.append(...group('municipalities', first), ...group('terrains', then));
    const isFound = count || places.length;
    status.textContent = isFound ? say('map.search.found', { count: exact(count),
      municipalities: exact(places.length) }) : say('map.search.none');
    if (!isFound) list.append(make('li', { role: 'presentation', class: 'none' }, say('map.search.none')));
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
      const chosen = list.querySelectorAll('[role=option]')[Math.max(0, active)];
      if (chosen && !list.hidden) chosen.choose();
    } else if (event.key === 'Escape') {
      if (!list.hidden) event.stopPropagation();
      close();
    }
  });
}
