// Controls and legend. The legend counts the terrains of each class, so that the map can be read
// without seeing it.

function readState() {
  const form = document.getElementById('controls');
  const chosen = new FormData(form);
  return {
    theme: chosen.get('theme'),
    year: Number(chosen.get('year')),
    scenario: chosen.get('scenario'),
    strategy: chosen.get('strategy'),
    layers: new Set(chosen.getAll('layer')),
  };
}

// The power that the map shows of a terrain [kW]; null where the run has none.
function powerAt(index, state) {
  const peak = at(T.peak, index, state.year, state.scenario, state.strategy);
  if (state.theme === 'peak') return peak === undefined ? null : peak;
  const before = at(T.peak, index, DATA.years[0], state.scenario, state.strategy);
  return typeof peak === 'number' && typeof before === 'number' ? peak - before : null;
}

function themeClasses(theme) {
  if (theme === 'planClass') {
    return DATA.planClasses.map((name) => ({ key: name, glyph: CLASS_GLYPHS[name],
      text: say('common.plan_class.' + name) }));
  }
  const limits = DATA.limits;
  const classes = [...limits, null].map((upper, position) => ({
    key: position,
    glyph: scaleGlyph(position, limits.length + 1),
    text: position === 0 ? say('map.legend.below', { upper: exact(upper) })
      : upper === null ? say('map.legend.above', { lower: exact(limits[position - 1]) })
        : say('map.legend.between', { lower: exact(limits[position - 1]), upper: exact(upper) }),
  }));
  return [...classes.reverse(),
    { key: 'unknown', glyph: CLASS_GLYPHS.not_known, text: say('map.legend.unknown') }];
}

function classKey(index, state) {
  if (state.theme === 'planClass') return planClassAt(index, state.year, state.scenario);
  const power = powerAt(index, state);
  if (power === null) return 'unknown';
  const position = DATA.limits.findIndex((limit) => power < limit);
  return position < 0 ? DATA.limits.length : position;
}

function legendItem(symbol, text, count, share) {
  return make('li', {}, symbol, make('span', { class: 'legend-text' }, text),
    count === undefined ? null : make('span', { class: 'legend-count' }, exact(count),
      make('span', { class: 'unseen' }, ' ' + say('map.legend.count', { count: '' }).trim()),
      share === undefined ? null : make('span', { class: 'legend-share' }, ' '
        + say('map.legend.share', { share: exact(100 * share, 0) }))));
}

// On a narrow screen the panel is folded: the map keeps its key below it. Read by eye only, the
// panel holds the same.
function showStrip(state, classes, counts) {
  const isPlanClass = state.theme === 'planClass';
  const text = (item) => (isPlanClass ? say('common.plan_class_short.' + item.key) : item.text);
  document.getElementById('legend-strip').replaceChildren(...classes.map((item) =>
    make('li', {}, markSwatch(item.glyph), make('span', {}, text(item) + ' '),
      make('span', { class: 'legend-count' }, exact(counts.get(item.key) || 0)))));
}

function showLegend(state, classes, counts) {
  const radius = (glyph) => (glyph.grow === undefined ? 7 : 4.5 + 4 * glyph.grow);
  const used = classes.filter((item) => item.key !== 'unknown' || counts.get(item.key));
  const isPlanClass = state.theme === 'planClass';
  const whole = [...counts.values()].reduce((sum, count) => sum + count, 0);
  document.getElementById('legend').replaceChildren(...used.map((item) => {
    const count = counts.get(item.key) || 0;
    return isPlanClass
      ? legendItem(classSwatch(item.glyph), item.text, count, whole ? count / whole : undefined)
      : legendItem(glyphSwatch(item.glyph, radius(item.glyph)), item.text, count);
  }));
  const marks = document.getElementById('legend-marks');
  marks.hidden = !isPlanClass;
  showStrip(state, used, counts);
  const key = { planClass: 'plan_class', added: 'added', peak: 'peak' }[state.theme];
  const first = DATA.years[0];
  const isFirst = state.theme === 'added' && state.year === first;
  document.getElementById('legend-note').textContent = isFirst
    ? say('map.legend.first_year_note', { first })
    : say('map.legend.' + key + '_note', { year: state.year, first,
      scenario: say('common.scenario.' + state.scenario),
      strategy: say('common.strategy.' + state.strategy) });
  document.getElementById('choice-strategy').hidden = isPlanClass;
}

function showLayerLegends(state) {
  const fill = (name, items) => {
    const list = document.getElementById('legend-' + name);
    list.hidden = !state.layers.has(name) || !items.length;
    list.replaceChildren(...items);
  };
  fill('zones', [
    legendItem(glyphSwatch(ZONE_GLYPHS.inForce, 7), say('map.layer.zones_in_force', state)),
    legendItem(glyphSwatch(ZONE_GLYPHS.later, 7), say('map.layer.zones_later')),
    make('li', { class: 'note' }, say('map.layer.zones_note', {
      outlines: DATA.zones.filter((zone) => zone.rings.length).length, zones: DATA.zones.length })),
  ]);
  fill('areas', [
    ...Object.entries(AREA_STYLES).map(([status, style]) =>
      legendItem(areaSwatch(style), say('common.area_status.' + status))),
    make('li', { class: 'note' }, say('map.layer.areas_note')),
  ]);
  fill('sites', Object.entries(SITE_GLYPHS).map(([kind, glyph]) =>
    legendItem(glyphSwatch(glyph, 5), say('common.location_type.' + kind))));
  fill('labels', []);
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
