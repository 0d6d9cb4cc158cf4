// Texts, numbers and the popups. Everything is put in the page as text, never as HTML: a name from
// a register can't become markup.

const DATA = JSON.parse(document.getElementById('plan-data').textContent);
const T = DATA.terrains;
const LOCALE = { nl: 'nl-NL', en: 'en-GB' }[DATA.language];

function say(key, fields) {
  return DATA.words[key].replace(/\{(\w+)\}/g, (mark, name) =>
    fields && name in fields ? String(fields[name]) : mark);
}

function exact(value, decimals) {
  return new Intl.NumberFormat(LOCALE, { minimumFractionDigits: decimals || 0,
    maximumFractionDigits: decimals === undefined ? 1 : decimals }).format(value);
}

// No more digits than a forecast can carry: about two.
function figure(value) {
  if (value === null || value === undefined) return '–';
  if (value === 0) return '0';
  if (Math.abs(value) < 10) return exact(value, 1);
  const unit = 10 ** (String(Math.trunc(Math.abs(value))).length - 2);
  return exact(Math.round(value / unit) * unit, 0);
}

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const at = (columns, index, ...choice) => (columns[choice.join('|')] || [])[index];
const named = (column, index) => column.names[column.index[index]];
const planClassAt = (index, year, scenario) =>
  DATA.planClasses[Number((T.planClass[year + '|' + scenario] || '')[index])] || 'not_known';

// A page is as wide as a hand: with many years the first, the chosen and the last stay.
function shownYears(chosen) {
  if (DATA.years.length <= 4) return DATA.years;
  return [...new Set([DATA.years[0], chosen, DATA.years[DATA.years.length - 1]])];
}

function popupHead(kind, name, line) {
  return make('header', {}, make('p', { class: 'kind' }, kind),
    make('h2', { tabindex: '-1' }, name), line ? make('p', { class: 'line' }, line) : null);
}

function facts(pairs) {
  const list = make('dl', {});
  for (const [term, ...lines] of pairs) {
    if (!lines.length) continue;
    list.append(make('dt', {}, term), ...lines.map((line) => make('dd', {}, line)));
  }
  return list;
}

function figureTable(index, state) {
  const years = shownYears(state.year);
  const mark = (year) => (year === state.year ? 'chosen' : undefined);
  const body = make('tbody', {});
  const section = (text) => body.append(make('tr', { class: 'section' },
    make('th', { colspan: years.length + 2, scope: 'colgroup' }, text)));
  const row = (text, today, values) => body.append(make('tr', {},
    make('th', { scope: 'row', colspan: today === null ? 2 : undefined }, text),
    today === null ? null : make('td', {}, today),
    ...values.map((value, i) => make('td', { class: mark(years[i]) }, figure(value)))));
  section(say('map.popup.electric'));
  for (const kind of DATA.vehicleClasses) {
    const today = at(T.fleet, index, kind);
    row(say('common.vehicle_class.' + kind), today === undefined || today === null ? '–' : exact(today),
      years.map((year) => at(T.electric, index, year, state.scenario, kind)));
  }
  row(say('map.popup.energy'), null,
    years.map((year) => at(T.energy, index, year, state.scenario)));
  section(say('map.popup.peak'));
  for (const strategy of DATA.strategies) {
    row(say('common.strategy.' + strategy), null,
      years.map((year) => at(T.peak, index, year, state.scenario, strategy)));
  }
  return make('table', {},
    make('caption', { class: 'unseen' }, say('map.popup.figures',
      { scenario: say('common.scenario.' + state.scenario) })),
    make('thead', {}, make('tr', {}, make('td', {}),
      make('th', { scope: 'col', class: 'today' }, say('map.popup.vehicles_today')),
      ...years.map((year) => make('th', { scope: 'col', class: mark(year) }, String(year))))),
    body);
}

function gridLines(index) {
  const candidates = T.candidates[index];
  const match = say('common.area_match.' + named(T.areaMatch, index));
  if (!candidates.length) return [match];
  const fields = ([position, share]) => {
    const area = DATA.areas[position];
    return { share, name: area.id, operator: area.operator,
      status: say('common.area_status.' + area.status) };
  };
  if (candidates.length === 1 && candidates[0][1] >= 99) {
    return [say('map.popup.area_line', fields(candidates[0])), match];
  }
  const lines = candidates.map((item) => say('map.popup.area_chance', fields(item)));
  const rest = 100 - candidates.reduce((sum, [, share]) => sum + share, 0);
  return rest > 1 ? [...lines, say('map.popup.other_areas', { share: rest }), match]
    : [...lines, match];
}

// What comes on top of the first year, within 16:00-21:00 and outside: peaks of those hours.
function addedLine(index, state) {
  const first = DATA.years[0];
  const added = (columns, strategy) => figure(Math.max(0,
    (at(columns, index, state.year, state.scenario, strategy) || 0)
    - (at(columns, index, first, state.scenario, strategy) || 0)));
  return say('common.added', { first,
    unmanaged_within: added(T.within, 'unmanaged'), unmanaged_outside: added(T.outside, 'unmanaged'),
    smart_within: added(T.within, 'smart'), smart_outside: added(T.outside, 'smart'),
    night_block_outside: added(T.outside, 'night_block') });
}

function zoneLine(index, year) {
  const nearest = (T.nearestZone[year] || [])[index];
  if (!nearest) return say('map.popup.zone_none', { year });
  const zone = DATA.zones[nearest[0]];
  const text = nearest[1] === null ? say('common.zone_vague', { name: zone.name })
    : nearest[1] === 0 ? say('map.popup.zone_inside', { name: zone.name })
    : say('map.popup.zone_near', { name: zone.name, distance: exact(nearest[1]) });
  return text + '. ' + zone.startText + '.';
}

function terrainPopup(index, state) {
  const planClass = planClassAt(index, state.year, state.scenario);
  const rule = T.rules[Number((T.rule[state.year + '|' + state.scenario] || '')[index])];
  const quality = say('common.location_quality.' + named(T.quality, index));
  const place = named(T.matched, index);
  const scenario = say('common.scenario.' + state.scenario);
  const issues = (T.issues[index] || []).map((code) => say('common.issue.' + code));
  return make('article', { class: 'sheet', 'data-terrain': T.id[index] },
    popupHead(named(T.municipality, index), T.name[index],
      say('map.popup.rin', { id: T.id[index] }) + ' · '
      + say('map.popup.area', { gross: exact(T.gross[index]), net: exact(T.net[index]) })),
    make('div', { class: 'verdict' }, glyphSwatch(CLASS_GLYPHS[planClass], 8),
      make('div', {},
        make('p', { class: 'small' }, say('map.popup.class_head', { year: state.year, scenario })),
        make('p', { class: 'class-name' }, say('common.plan_class.' + planClass)),
        rule ? make('p', {}, say('common.rule.' + rule)) : null)),
    make('p', { class: 'small table-head' }, say('map.popup.figures', { scenario })),
    figureTable(index, state),
    T.refined.includes(index) ? make('p', { class: 'small' }, say('map.popup.refined')) : null,
    facts([
      [say('map.popup.contract'), say('common.contract_room')],
      [say('map.popup.grid'), ...gridLines(index)],
      [say('map.popup.added', { year: state.year }), addedLine(index, state)],
      [say('map.popup.zone'), zoneLine(index, state.year)],
      [say('map.popup.location'), place ? say('map.popup.matched', { quality, place }) : quality],
      [say('map.popup.issues'), ...issues],
    ]));
}

function zonePopup(zone) {
  return make('article', { class: 'sheet' },
    popupHead(say('map.zone.kind'), zone.name,
      zone.area ? say('map.zone.size', { area: exact(zone.area, 2) }) : null),
    make('p', {}, zone.startText), make('p', { class: 'small' }, zone.edge));
}

function areaPopup(area) {
  const known = (value) => (value === null ? say('common.unknown') : exact(value));
  return make('article', { class: 'sheet' }, popupHead(say('map.area.kind'), area.id),
    facts([
      [say('map.area.operator'), area.operator],
      [say('map.area.status'), say('common.area_status.' + area.status)],
      [say('map.area.available'), known(area.available)],
      [say('map.area.required'), known(area.required)],
      [say('map.area.queue'), known(area.queue)],
      [say('map.area.relief'), area.relief === null ? say('common.unknown') : String(area.relief)],
    ]),
    make('p', { class: 'small' }, say('map.layer.areas_note')));
}

function sitePopup(index, state) {
  const sites = DATA.sites;
  const values = DATA.years.map((year) => at(sites.energy, index, year, state.scenario));
  const years = shownYears(state.year);
  const placed = values.some((value) => value !== null && value !== undefined);
  return make('article', { class: 'sheet' },
    popupHead(say('map.site.' + sites.kind[index]), sites.name[index] || say('map.site.unnamed'),
      sites.road[index] || null),
    placed ? facts([[say('map.site.energy', { scenario: say('common.scenario.' + state.scenario) }),
      ...years.map((year) => year + ': ' + figure(at(sites.energy, index, year, state.scenario)))]])
      : make('p', {}, say('map.site.no_energy')));
}
