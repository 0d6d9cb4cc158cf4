// The day curve as a small chart: lines that differ in dash as well as in colour, and the hours of
// grid stress hatched.

const LINES = {
  unmanaged: { color: '#a8321a', width: 2.2, dash: null },
  smart: { color: '#0d5c75', width: 2.2, dash: '6 3' },
  night_block: { color: '#4b3a86', width: 2, dash: '1.5 3' },
};
const CHART = { width: 340, height: 158, left: 4, right: 336, top: 22, bottom: 134 };

function svg(tag, attributes, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

// A round value at the top of the axis.
function roundTop(largest) {
  if (largest <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((top) => top >= largest);
}

const clock = (quarter) => {
  const hour = Math.floor(quarter / DATA.day.quartersPerHour);
  const minute = Math.round((quarter % DATA.day.quartersPerHour) * (60 / DATA.day.quartersPerHour));
  return hour + (DATA.language === 'nl' ? '.' : ':') + String(minute).padStart(2, '0');
};

function chartGround(top) {
  const x = (hour) => CHART.left + (hour / 24) * (CHART.right - CHART.left);
  const [start, end] = DATA.day.stressHours;
  const ground = svg('g', {},
    svg('rect', { x: x(start), y: CHART.top, width: x(end) - x(start),
      height: CHART.bottom - CHART.top, fill: 'url(#stress-hatch)' }),
    svg('text', { x: (x(start) + x(end)) / 2, y: CHART.top - 8, 'text-anchor': 'middle',
      class: 'chart-mark' }, say('map.day.stress', { start, end })));
  for (const share of [1, 0.5]) {
    const y = CHART.bottom - share * (CHART.bottom - CHART.top);
    ground.append(svg('path', { d: 'M' + CHART.left + ' ' + y + 'H' + CHART.right, class: 'chart-line' }),
      svg('text', { x: CHART.left, y: y - 3, class: 'chart-text' },
        exact(share * top) + (share === 1 ? ' kW' : '')));
  }
  for (const hour of [0, 4, 8, 12, 16, 21, 24]) {
    ground.append(svg('path', { d: 'M' + x(hour) + ' ' + CHART.bottom + 'v4', class: 'chart-axis' }),
      svg('text', { x: x(hour), y: CHART.bottom + 17, class: 'chart-text',
        'text-anchor': hour === 0 ? 'start' : hour === 24 ? 'end' : 'middle' }, String(hour)));
  }
  ground.append(svg('path', { d: 'M' + CHART.left + ' ' + CHART.bottom + 'H' + CHART.right,
    class: 'chart-axis' }));
  return ground;
}

function hatch() {
  return svg('defs', {}, svg('pattern', { id: 'stress-hatch', width: 6, height: 6,
    patternUnits: 'userSpaceOnUse' },
  svg('rect', { width: 6, height: 6, fill: '#f3efe5' }),
  svg('path', { d: 'M-1 7 7 -1M-1 1 1 -1M5 7 7 5', stroke: '#cfc7b2', 'stroke-width': 1 })));
}

// A quarter-hour is a step: its load holds from its beginning to its end.
function curvePath(curve, top) {
  const wide = (CHART.right - CHART.left) / curve.length;
  return curve.map((kw, quarter) => {
    const y = (CHART.bottom - (kw / top) * (CHART.bottom - CHART.top)).toFixed(1);
    return (quarter ? 'V' : 'M' + CHART.left + ' ') + y + 'H' + (CHART.left + (quarter + 1) * wide).toFixed(1);
  }).join('');
}

function lineKey(strategy) {
  const line = LINES[strategy];
  return make('li', {}, svg('svg', { viewBox: '0 0 26 8', width: 26, height: 8, 'aria-hidden': 'true' },
    svg('path', { d: 'M0 4H26', stroke: line.color, 'stroke-width': line.width,
      'stroke-dasharray': line.dash })), say('common.strategy.' + strategy));
}

function dayChart(index, state) {
  const curves = dayCurves(index, state.year, state.scenario);
  const largest = Math.max(...Object.values(curves).flat());
  const top = roundTop(largest);
  const told = DATA.strategies.map((strategy) => {
    const highest = Math.max(...curves[strategy]);
    return say('map.day.alt_line', { strategy: say('common.strategy.' + strategy),
      kw: figure(highest), time: clock(curves[strategy].indexOf(highest)) });
  });
  const picture = svg('svg', { viewBox: '0 0 ' + CHART.width + ' ' + CHART.height, class: 'chart',
    role: 'img', 'aria-label': say('map.day.alt', { year: state.year }) + ' ' + told.join(' ') },
  hatch(), chartGround(top));
  for (const strategy of [...DATA.strategies].reverse()) {
    const line = LINES[strategy];
    picture.append(svg('path', { d: curvePath(curves[strategy], top), fill: 'none',
      stroke: line.color, 'stroke-width': line.width, 'stroke-dasharray': line.dash,
      'stroke-linejoin': 'round' }));
  }
  return make('figure', { class: 'day' },
    make('figcaption', {}, say('map.day.title', { year: state.year })),
    picture, make('ul', { class: 'chart-key' }, ...DATA.strategies.map(lineKey)),
    make('p', { class: 'small' }, say('map.day.note')));
}
