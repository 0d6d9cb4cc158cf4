// What the map can show of a terrain: its plan class, or a number in round classes.

// `limits` names the class limits of the run, `uses` the choices that matter to it.
const MEASURES = {
  plan_class: { uses: [] },
  added: { unit: 'kW', limits: () => 'peak', uses: ['kind', 'strategy'], value: addedPower },
  peak: { unit: 'kW', limits: () => 'peak', uses: ['kind', 'strategy'], value: peakPower },
  energy: { unit: 'MWh', limits: () => 'energy', uses: [],
    value: (index, state) => at(T.energy, index, state.year, state.scenario) },
  vehicles: { unit: '', limits: (state) => 'vehicles|' + state.group, uses: ['group'],
    value: electricVehicles },
  points: { unit: '', limits: () => 'points', uses: [], value: chargePoints },
};

const powerColumn = (state) => (state.kind === 'typical' ? T.typical : T.peak);

function peakPower(index, state) {
  return at(powerColumn(state), index, state.year, state.scenario, state.strategy);
}

// Peaks do not add: this is how much higher the peak of the year is than that of the first one.
function addedPower(index, state) {
  const now = peakPower(index, state);
  const before = peakPower(index, { ...state, year: DATA.years[0] });
  return typeof now === 'number' && typeof before === 'number' ? now - before : null;
}

function electricVehicles(index, state) {
  const counts = DATA.vehicleGroups[state.group].map((kind) =>
    at(T.electric, index, state.year, state.scenario, kind));
  return counts.every((count) => typeof count === 'number')
    ? counts.reduce((sum, count) => sum + count, 0) : null;
}

const hubAt = (index, year, scenario) => (DATA.hubs[year + '|' + scenario] || {})[index];

// Of the companies on their own sites, and of the hub that stands here.
function chargePoints(index, state) {
  const own = at(T.points, index, state.year, state.scenario);
  const hub = hubAt(index, state.year, state.scenario);
  if (typeof own !== 'number') return hub ? hub[2] : null;
  return own + (hub ? hub[2] : 0);
}

// The class limits; the last class has no upper one.
const limitsOf = (state) => DATA.limits[MEASURES[state.measure].limits(state)];

function measureClasses(state) {
  if (state.measure === 'plan_class') {
    return DATA.planClasses.map((name) => ({ key: name, glyph: CLASS_GLYPHS[name],
      text: say('common.plan_class.' + name), short: say('common.plan_class_short.' + name) }));
  }
  const limits = limitsOf(state);
  const unit = MEASURES[state.measure].unit;
  const classes = [...limits, null].map((upper, position) => {
    const fields = { lower: exact(limits[position - 1] || 0), upper: exact(upper || 0), unit };
    const bound = position === 0 ? 'below' : upper === null ? 'above' : 'between';
    return { key: position, glyph: scaleGlyph(position, limits.length + 1),
      text: say('map.legend.' + bound, fields).trim(), short: say('map.legend.short_' + bound, fields).trim() };
  });
  const unknown = say('map.legend.unknown');
  return [...classes.reverse(),
    { key: 'unknown', glyph: CLASS_GLYPHS.not_known, text: unknown, short: unknown }];
}

function classKey(index, state) {
  if (state.measure === 'plan_class') return planClassAt(index, state.year, state.scenario);
  const value = MEASURES[state.measure].value(index, state);
  if (typeof value !== 'number') return 'unknown';
  const limits = limitsOf(state);
  const position = limits.findIndex((limit) => value < limit);
  return position < 0 ? limits.length : position;
}

// The choices in words, as they stand above the legend, on paper and under the map of a phone.
function choiceWords(state) {
  const uses = MEASURES[state.measure].uses;
  return [String(state.year), say('map.chosen.scenario', { scenario: say('common.scenario.' + state.scenario) }),
    uses.includes('strategy') ? say('common.strategy.' + state.strategy) : null,
    uses.includes('kind') ? say('map.kind.' + state.kind) : null,
    uses.includes('group') ? say('map.group.' + state.group) : null].filter(Boolean).join(' · ');
}

const measureName = (state) => say('map.measure.' + state.measure, { year: DATA.years[0] });
