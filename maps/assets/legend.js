// The legend counts the terrains of each class, so that the map can be read without seeing it.

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
  document.getElementById('legend-strip').replaceChildren(
    make('li', { class: 'strip-title' }, choiceWords(state)),
    ...classes.map((item) => make('li', {}, markSwatch(item.glyph),
      make('span', {}, item.short + ' '),
      make('span', { class: 'legend-count' }, exact(counts.get(item.key) || 0)))));
}

function noteText(state) {
  const first = DATA.years[0];
  if (state.measure === 'added' && state.year === first) return say('map.note.first_year', { first });
  return say('map.note.' + state.measure, { year: state.year, first,
    scenario: say('common.scenario.' + state.scenario),
    kind: say('map.kind_note.' + state.kind),
    strategy: say('common.strategy.' + state.strategy),
    group: say('map.group_note.' + state.group) });
}

function showLegend(state, classes, counts) {
  const radius = (glyph) => (glyph.grow === undefined ? 7 : 4.5 + 4 * glyph.grow);
  const used = classes.filter((item) => item.key !== 'unknown' || counts.get(item.key));
  const isPlanClass = state.measure === 'plan_class';
  const whole = [...counts.values()].reduce((sum, count) => sum + count, 0);
  document.getElementById('legend').replaceChildren(...used.map((item) => {
    const count = counts.get(item.key) || 0;
    return isPlanClass
      ? legendItem(classSwatch(item.glyph), item.text, count, whole ? count / whole : undefined)
      : legendItem(glyphSwatch(item.glyph, radius(item.glyph)), item.text, count);
  }));
  document.getElementById('legend-title').textContent = measureName(state);
  document.getElementById('chosen').textContent = choiceWords(state);
  document.getElementById('legend-marks').hidden = !isPlanClass;
  document.getElementById('legend-note').textContent = noteText(state);
  showStrip(state, used, counts);
}

function fillLayerLegend(state, name, items) {
  const list = document.getElementById('legend-' + name);
  if (!list) return;
  list.hidden = !state.layers.has(name) || !items.length;
  list.replaceChildren(...items);
}

const legendNote = (text) => make('li', { class: 'note' }, text);

function showLayerLegends(state, background) {
  const fill = (name, ...items) => fillLayerLegend(state, name, items);
  fill('zones',
    legendItem(glyphSwatch(ZONE_GLYPHS.inForce, 7), say('map.layer.zones_in_force', state)),
    legendItem(glyphSwatch(ZONE_GLYPHS.later, 7), say('map.layer.zones_later')),
    legendNote(say('map.layer.zones_note', {
      outlines: DATA.zones.filter((zone) => zone.rings.length).length, zones: DATA.zones.length })));
  const isSchematic = DATA.areas.some((area) => area.rings.length && !area.isOutline);
  fill('areas', ...Object.entries(AREA_STYLES).map(([status, style]) =>
    legendItem(areaSwatch(style), say('common.area_status.' + status))),
  ...(isSchematic ? [legendNote(say('map.layer.areas_note'))] : []));
  fill('sites', ...Object.entries(SITE_GLYPHS).map(([kind, glyph]) =>
    legendItem(glyphSwatch(glyph, 5), say('common.location_type.' + kind))));
  const { hubs, points } = hubTotals(state);
  fill('hubs', legendItem(glyphSwatch(HUB_GLYPH, 5), say('map.layer.hubs_shown', state), hubs),
    legendNote(say('map.layer.hubs_note', { points: exact(points) })));
  fill('background', ...(background && !background.isReachable()
    ? [legendNote(say('map.layer.background_none'))] : []));
  fill('labels', ...(document.body.classList.contains('has-background')
    ? [legendNote(say('map.layer.labels_background'))] : []));
}
