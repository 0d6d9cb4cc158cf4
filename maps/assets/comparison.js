// A forecast of others beside ours: terrains by theirs over ours, in steps of its logarithm.

// Orange to purple, which colour-blind readers tell apart, around a light middle (PuOr of
// ColorBrewer); the shape says the same, and what differs most is drawn largest.
const HUES = ['#542788', '#8073ac', '#b2abd2', '#f4f2ee', '#fdb863', '#e08214', '#a04d05'];
const ABSENT = 'absent';
const ABSENT_GLYPH = { shape: 'cross', stroke: '#5d6a72', width: 1.1 };
const LISTED = 20;
const MIDDLE = (HUES.length - 1) / 2;

function ratioGlyph(position) {
  const distance = Math.abs(position - MIDDLE) / MIDDLE;
  const shape = position === MIDDLE ? 'disc' : position > MIDDLE ? 'triangle' : 'triangle_down';
  return { shape, fill: HUES[position], stroke: distance > 0.6 ? '#ffffff' : '#565063', width: 0.8,
    grow: 0.25 + 0.75 * distance };
}

function readChoice() {
  const chosen = new FormData(document.getElementById('controls'));
  return { quantity: chosen.get('quantity'), year: Number(chosen.get('year')) };
}

let state = readChoice();
const columnsOf = (quantity, year) => DATA.figures[quantity + '|' + year];

// Theirs over ours; nothing beside nothing is alike, and beside something it is the far end.
function ratioAt(columns, index) {
  const theirs = columns.theirs[index];
  const ours = columns.ours[index];
  if (typeof theirs !== 'number' || typeof ours !== 'number') return null;
  if (ours === 0) return theirs === 0 ? 1 : Infinity;
  return theirs / ours;
}

function classAt(columns, index) {
  const ratio = columns ? ratioAt(columns, index) : null;
  if (ratio === null) return ABSENT;
  const position = DATA.limits.findIndex((limit) => ratio < limit);
  return position < 0 ? DATA.limits.length : position;
}

function times(ratio) {
  const value = ratio >= 1 ? ratio : 1 / ratio;
  return exact(value, Number.isInteger(value) ? 0 : 2);
}

function ratioText(position) {
  const [lower, upper] = [DATA.limits[position - 1], DATA.limits[position]];
  if (position === MIDDLE) return say('compare.map.same', { most: times(upper) });
  const side = position > MIDDLE ? 'more' : 'less';
  const [near, far] = position > MIDDLE ? [lower, upper] : [upper, lower];
  return far === undefined ? say('compare.map.far_' + side, { least: times(near) })
    : say('compare.map.' + side, { least: times(near), most: times(far) });
}

function ratioClasses() {
  const classes = HUES.map((_, position) => ({ key: position, glyph: ratioGlyph(position),
    text: ratioText(position) }));
  return [...classes.reverse(),
    { key: ABSENT, glyph: ABSENT_GLYPH, text: say('compare.map.absent') }];
}

const choiceWords = () => say('compare.quantity.' + state.quantity) + ' · ' + state.year;

function showTerrains() {
  const classes = ratioClasses();
  const glyphs = new Map(classes.map((item) => [item.key, item.glyph]));
  const columns = columnsOf(state.quantity, state.year);
  const counts = new Map();
  circles.forEach((circle, index) => {
    const key = classAt(columns, index);
    counts.set(key, (counts.get(key) || 0) + 1);
    circle.options.glyph = glyphs.get(key);
    if (circle._map) circle.setRadius(circle.options.radius);
  });
  const radius = (glyph) => (glyph.grow === undefined ? 6 : 4 + 4 * glyph.grow);
  document.getElementById('legend').replaceChildren(...classes.map((item) =>
    legendItem(glyphSwatch(item.glyph, radius(item.glyph)), item.text, counts.get(item.key) || 0)));
  document.getElementById('chosen').textContent = choiceWords();
  document.getElementById('legend-note').textContent =
    DATA.notes[state.quantity + '|' + state.year] || say('compare.map.no_year', state);
  showStrip(state, classes.map((item) => ({ ...item, short: item.text })), counts);
}

// The largest differences of what is chosen, up or down.
function showListed() {
  const columns = columnsOf(state.quantity, state.year);
  const apart = (index) => Math.abs(columns.theirs[index] - columns.ours[index]);
  const known = columns ? T.id.map((_, index) => index).filter((index) =>
    ratioAt(columns, index) !== null && apart(index) > 0) : [];
  document.getElementById('listed-title').textContent = say('compare.map.listed',
    { quantity: say('compare.quantity.' + state.quantity), year: state.year });
  document.getElementById('listed-rows').replaceChildren(
    ...known.sort((a, b) => apart(b) - apart(a)).slice(0, LISTED).map((index) => {
      const button = make('button', { type: 'button' }, T.name[index]);
      button.addEventListener('click', () => findTerrain(index));
      return make('tr', {},
        make('th', { scope: 'row' }, button, make('span', {}, named(T.municipality, index))),
        make('td', {}, figure(columns.theirs[index])), make('td', {}, figure(columns.ours[index])));
    }));
}

function figureRow(quantity, year, index) {
  const columns = columnsOf(quantity, year);
  if (!columns) return null;
  const ratio = ratioAt(columns, index);
  const [low, high] = [columns.low[index], columns.high[index]];
  const band = typeof low === 'number' && typeof high === 'number'
    ? make('span', { class: 'band' }, figure(low) + '–' + figure(high)) : null;
  const isChosen = quantity === state.quantity && year === state.year;
  return make('tr', { class: isChosen ? 'chosen' : undefined },
    make('th', { scope: 'row' }, String(year)),
    make('td', {}, figure(columns.theirs[index])),
    make('td', {}, figure(columns.ours[index]), band),
    make('td', {}, ratio === null || ratio === Infinity ? '–' : exact(ratio, 2)));
}

function positionLine(index) {
  const columns = columnsOf(state.quantity, state.year);
  if (!columns || typeof columns.theirs[index] !== 'number') return say('compare.map.absent');
  const [low, high] = [columns.low[index], columns.high[index]];
  if (typeof low !== 'number' || typeof high !== 'number') return say('compare.map.no_band');
  const theirs = columns.theirs[index];
  const position = theirs < low ? 'below' : theirs > high ? 'above' : 'inside';
  return say('compare.map.position_' + position);
}

function popupOf(index) {
  const years = [...document.querySelectorAll('input[name=year]')].map((field) => Number(field.value));
  const quantities = [...document.querySelectorAll('#measure option')].map((item) => item.value);
  const body = make('tbody', {});
  for (const quantity of quantities) {
    body.append(make('tr', { class: 'section' },
      make('th', { colspan: 4, scope: 'colgroup' }, say('compare.quantity.' + quantity))),
    ...years.map((year) => figureRow(quantity, year, index)).filter(Boolean));
  }
  const heads = ['year', 'theirs', 'ours', 'ratio'].map((name) =>
    make('th', { scope: 'col' }, say('compare.map.head_' + name)));
  return make('article', { class: 'sheet', 'data-terrain': T.id[index] },
    popupHead(named(T.municipality, index), T.name[index], say('map.popup.rin', { id: T.id[index] })),
    make('p', {}, positionLine(index)),
    make('table', {}, make('thead', {}, make('tr', {}, ...heads)), body),
    make('p', { class: 'small' }, say('compare.map.reason', { area: exact(T.net[index]),
      vans: exact(DATA.reasons.vans_today[index] || 0),
      trucks: exact(DATA.reasons.trucks_today[index] || 0) })));
}

function show() {
  state = readChoice();
  showTerrains();
  showListed();
  clear();
  if (content && popup.isOpen()) popup.setContent(content());
}

new LabelLayer(DATA.base).addTo(map);
begin(show);
