// What a terrain tells when it is chosen: its plan class and why, figures, day curve and grid.

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

// In the chosen year the band from p10 to p90 stands below the figure.
function figureCell(value, year, state, low, high) {
  const isChosen = year === state.year;
  const band = isChosen && typeof low === 'number' && typeof high === 'number'
    ? make('span', { class: 'band' }, figure(low) + '–' + figure(high)) : null;
  return make('td', { class: isChosen ? 'chosen' : undefined }, figure(value), band);
}

function figureTable(index, state) {
  const years = shownYears(state.year);
  const body = make('tbody', {});
  const section = (text) => body.append(make('tr', { class: 'section' },
    make('th', { colspan: years.length + 2, scope: 'colgroup' }, text)));
  const row = (text, today, columns, ...choice) => body.append(make('tr', {},
    make('th', { scope: 'row', colspan: today === null ? 2 : undefined }, text),
    today === null ? null : make('td', {}, today),
    ...years.map((year) => {
      const [value, low, high] = columns.map((column) =>
        at(column, index, year, state.scenario, ...choice));
      return figureCell(value, year, state, low, high);
    })));
  section(say('map.popup.electric'));
  for (const kind of DATA.vehicleClasses) {
    const today = at(T.fleet, index, kind);
    row(say('common.vehicle_class.' + kind), today === undefined || today === null ? '–' : exact(today),
      [T.electric, T.electricP10, T.electricP90], kind);
  }
  section(say('map.popup.peak'));
  for (const strategy of DATA.strategies) {
    row(say('common.strategy.' + strategy), null, [T.peak, T.peakP10, T.peakP90], strategy);
  }
  section(say('map.popup.charging'));
  row(say('map.popup.energy'), null, [T.energy]);
  row(say('map.popup.points'), null, [T.points]);
  return make('table', {},
    make('caption', { class: 'unseen' }, say('map.popup.figures',
      { scenario: say('common.scenario.' + state.scenario) })),
    make('thead', {}, make('tr', {}, make('td', {}),
      make('th', { scope: 'col', class: 'today' }, say('map.popup.vehicles_today')),
      ...years.map((year) => make('th', { scope: 'col', class: year === state.year ? 'chosen' : undefined },
        String(year))))),
    body);
}

// Only a factsheet that is there.
function factsheetLink(index) {
  const file = DATA.factsheets && DATA.factsheets.files[index];
  return file ? make('p', { class: 'factsheet' },
    make('a', { href: DATA.factsheets.address + file, target: DATA.factsheets.target, rel: 'noopener' },
      say(DATA.factsheets.text))) : null;
}

function hubLines(index, state) {
  const hub = hubAt(index, state.year, state.scenario);
  if (!hub) return [];
  const [opened, served, points, connection, wait] = hub;
  return [say('map.popup.hub_line', { opened, points: exact(points), kw: figure(connection),
    served: exact(served), wait: exact(wait, 0) })];
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
    : nearest.length > 2 ? say('map.popup.zone_partly', { name: zone.name, share: nearest[2] })
    : nearest[1] === 0 ? say('map.popup.zone_inside', { name: zone.name })
    : say('map.popup.zone_near', { name: zone.name, distance: exact(nearest[1]) });
  return text + '. ' + zone.startText + '.';
}

function terrainPopup(index, state) {
  const planClass = planClassAt(index, state.year, state.scenario);
  const rule = T.rules[Number((T.rule[state.year + '|' + state.scenario] || '')[index])];
  const outline = T.outlines[index];
  const quality = outline ? T.outlineSources[outline[0]] : say('common.footprint.circle',
    { quality: say('common.location_quality.' + named(T.quality, index)) });
  const place = outline ? '' : named(T.matched, index);
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
    factsheetLink(index),
    make('p', { class: 'small table-head' }, say('map.popup.figures', { scenario })),
    figureTable(index, state),
    make('p', { class: 'small' }, say('map.popup.band')),
    T.refined.includes(index) ? make('p', { class: 'small' }, say('map.popup.refined')) : null,
    dayChart(index, state),
    facts([
      [say('map.popup.hub'), ...hubLines(index, state)],
      [say('map.popup.contract'), say('common.contract_room')],
      [say('map.popup.grid'), ...gridLines(index)],
      [say('map.popup.added', { year: state.year }), addedLine(index, state)],
      [say('map.popup.zone'), zoneLine(index, state.year)],
      [say('map.popup.location'), place ? say('map.popup.matched', { quality, place }) : quality],
      [say('map.popup.issues'), ...issues],
    ]));
}

