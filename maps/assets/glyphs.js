// Colours and shapes. Nothing is said by colour alone: every plan class has a mark of its own where
// circles are small and a pattern where they are large, in tones that differ in grey too; the power
// scale also grows in size. The legend is drawn by the same functions as the map.

const INK = getComputedStyle(document.documentElement).getPropertyValue('--ink').trim() || '#1d2b33';
const PAPER = '#fffdf8';

const CLASS_GLYPHS = {
  own_site: { mark: 'disc', pattern: 'plain', fill: '#4a97cb', stroke: '#ffffff', width: 0.7 },
  collective: { mark: 'square', pattern: 'dots', fill: '#ffefc4', stroke: '#8a5200', width: 1.5,
    ring: true },
  mitigate: { mark: 'triangle', pattern: 'lines', fill: '#b23018', stroke: '#33110a', width: 0.9 },
  not_known: { mark: 'cross', pattern: 'plain', stroke: '#5d6a72', width: 1.2, dash: [2.5, 2] },
};
// Radius on the screen from which a circle has room for its pattern; below it the mark stands alone.
const PATTERN_PX = 6.5;

// Light to dark in even steps (viridis with its yellow softened for a light ground).
const SCALE = ['#efe08a', '#a5d18a', '#53b08c', '#24858e', '#31588b', '#40236b'];

const SITE_GLYPHS = {
  service_area: { shape: 'triangle', fill: '#3c4b54', stroke: '#ffffff', width: 1 },
  truck_parking: { shape: 'square', fill: '#3c4b54', stroke: '#ffffff', width: 1 },
};

const ZONE_GLYPHS = {
  inForce: { fill: '#6a4fa3', fillOpacity: 0.16, stroke: '#5a3f95', width: 1.8 },
  later: { fill: '#6a4fa3', fillOpacity: 0.05, stroke: '#5a3f95', width: 1.4, dash: [3, 3] },
};

const AREA_STYLES = {
  room: { ground: '#e3efe6', mark: '#7aa58a', pattern: 'none' },
  queue: { ground: '#f5ecd2', mark: '#b99a4a', pattern: 'dots' },
  shortage: { ground: '#f3ddd3', mark: '#c28a76', pattern: 'lines' },
  not_known: { ground: '#eceeee', mark: '#a3acb0', pattern: 'crosses' },
};

// Colours of the power scale spread over however many classes the run has.
function scaleGlyph(position, classes) {
  const step = classes < 2 ? 0 : (position * (SCALE.length - 1)) / (classes - 1);
  return { fill: SCALE[Math.round(step)], stroke: position < 2 ? '#6f7a4a' : '#ffffff', width: 0.7,
    grow: position / Math.max(1, classes - 1) };
}

function tracePath(ctx, shape, x, y, r) {
  ctx.beginPath();
  if (shape === 'triangle') {
    ctx.moveTo(x, y - r * 1.15);
    ctx.lineTo(x + r, y + r * 0.75);
    ctx.lineTo(x - r, y + r * 0.75);
    ctx.closePath();
  } else if (shape === 'triangle_down') {
    ctx.moveTo(x, y + r * 1.15);
    ctx.lineTo(x + r, y - r * 0.75);
    ctx.lineTo(x - r, y - r * 0.75);
    ctx.closePath();
  } else if (shape === 'square') {
    ctx.rect(x - r * 0.85, y - r * 0.85, r * 1.7, r * 1.7);
  } else if (shape === 'diamond') {
    const reach = r * 1.25;
    ctx.moveTo(x, y - reach);
    ctx.lineTo(x + reach, y);
    ctx.lineTo(x, y + reach);
    ctx.lineTo(x - reach, y);
    ctx.closePath();
  } else if (shape === 'cross') {
    for (const side of [-1, 1]) {
      ctx.moveTo(x - r * 0.75, y - side * r * 0.75);
      ctx.lineTo(x + r * 0.75, y + side * r * 0.75);
    }
  } else {
    ctx.arc(x, y, r, 0, Math.PI * 2);
  }
}

// Of a ground of which the outline is known, in parts: their rings on the screen.
function traceParts(ctx, parts) {
  ctx.beginPath();
  for (const ring of parts) {
    ring.forEach((at, index) => (index ? ctx.lineTo(at.x, at.y) : ctx.moveTo(at.x, at.y)));
    ctx.closePath();
  }
}

function drawGlyph(ctx, x, y, r, glyph, parts) {
  if (glyph.mark && r < PATTERN_PX) {
    drawMark(ctx, x, y, r, glyph);
    return;
  }
  // Strokes grow a little with the circle, so that a class reads the same at every zoom.
  const width = glyph.width * Math.min(2.2, Math.max(1, r / 7));
  ctx.save();
  if (parts) traceParts(ctx, parts);
  else tracePath(ctx, glyph.shape, x, y, glyph.ring ? Math.max(0.8, r - width / 2) : r);
  if (glyph.fill) {
    ctx.globalAlpha = glyph.fillOpacity || (r > 9 ? 0.72 : 0.92);
    ctx.fillStyle = glyph.fill;
    ctx.fill('evenodd');
  }
  ctx.globalAlpha = 1;
  ctx.lineWidth = width;
  ctx.strokeStyle = glyph.stroke;
  ctx.setLineDash(glyph.dash && r > 3.5 ? glyph.dash : []);
  ctx.stroke();
  if (glyph.mark) {
    ctx.setLineDash([]);
    drawPattern(ctx, x, y, r - width, glyph, parts);
    // The mark in the middle ties the circle to what stands for it from afar.
    if (glyph.mark !== 'disc') {
      const size = Math.min(5.5, r * 0.46);
      tracePath(ctx, glyph.mark, x, y, size * 1.2);
      ctx.lineWidth = 3;
      ctx.strokeStyle = PAPER;
      ctx.stroke();
      drawMark(ctx, x, y, size, glyph);
    }
  }
  ctx.restore();
}

function drawMark(ctx, x, y, r, glyph) {
  // A triangle of the same width looks smaller than a disc.
  const size = glyph.mark === 'triangle' ? r * 1.2 : r;
  ctx.save();
  ctx.lineJoin = 'round';
  tracePath(ctx, glyph.mark, x, y, glyph.ring ? size - glyph.width / 3 : size);
  if (glyph.fill) {
    ctx.fillStyle = glyph.fill;
    ctx.fill();
  }
  ctx.lineWidth = glyph.width;
  ctx.strokeStyle = glyph.stroke;
  ctx.stroke();
  ctx.restore();
}

function drawPattern(ctx, x, y, radius, glyph, parts) {
  if (glyph.pattern === 'plain') return;
  const step = 5;
  ctx.save();
  if (parts) {
    traceParts(ctx, parts);
  } else {
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, Math.PI * 2);
  }
  ctx.clip('evenodd');
  // As far from the middle as the outline reaches.
  const r = parts ? Math.max(...parts.flat().map((at) => Math.hypot(at.x - x, at.y - y))) : radius;
  ctx.strokeStyle = ctx.fillStyle = glyph.stroke;
  ctx.lineWidth = 1.1;
  ctx.beginPath();
  if (glyph.pattern === 'lines') {
    for (let shift = -2 * r; shift <= 2 * r; shift += step) {
      ctx.moveTo(x + shift - r, y + r);
      ctx.lineTo(x + shift + r, y - r);
    }
    ctx.stroke();
  } else {
    const count = Math.floor(r / step);
    for (let row = -count; row <= count; row += 1) {
      for (let column = -count; column <= count; column += 1) {
        ctx.rect(x + column * step - 0.7, y + row * step - 0.7, 1.4, 1.4);
      }
    }
    ctx.fill();
  }
  ctx.restore();
}

// A tile of the pattern of a supply area, drawn at the density of the screen.
function areaPattern(style) {
  const size = 9;
  const tile = document.createElement('canvas');
  tile.width = tile.height = size;
  const ctx = tile.getContext('2d');
  ctx.fillStyle = style.ground;
  ctx.fillRect(0, 0, size, size);
  ctx.strokeStyle = ctx.fillStyle = style.mark;
  ctx.lineWidth = 0.8;
  ctx.beginPath();
  if (style.pattern === 'dots') {
    ctx.arc(size / 2, size / 2, 1, 0, Math.PI * 2);
    ctx.fill();
  } else if (style.pattern === 'lines') {
    for (const shift of [-size, 0, size]) {
      ctx.moveTo(shift, size);
      ctx.lineTo(shift + size, 0);
    }
    ctx.stroke();
  } else if (style.pattern === 'crosses') {
    ctx.moveTo(3, 4.5);
    ctx.lineTo(6, 4.5);
    ctx.moveTo(4.5, 3);
    ctx.lineTo(4.5, 6);
    ctx.stroke();
  }
  return tile;
}

function swatch(width, height, draw) {
  const canvas = document.createElement('canvas');
  const density = Math.max(2, window.devicePixelRatio || 1);
  canvas.width = width * density;
  canvas.height = height * density;
  canvas.style.width = width + 'px';
  canvas.style.height = height + 'px';
  canvas.setAttribute('aria-hidden', 'true');
  const ctx = canvas.getContext('2d');
  ctx.scale(density, density);
  draw(ctx);
  return canvas;
}

function glyphSwatch(glyph, radius) {
  const r = radius || 7;
  return swatch(22, 22, (ctx) => drawGlyph(ctx, 11, 11, r, glyph));
}

// From afar, and close by.
function classSwatch(glyph) {
  return swatch(40, 24, (ctx) => {
    drawGlyph(ctx, 7, 12, 4.5, glyph);
    drawGlyph(ctx, 28, 12, 10.5, glyph);
  });
}

function markSwatch(glyph) {
  return swatch(14, 14, (ctx) => drawGlyph(ctx, 7, 7, 5, glyph));
}

function areaSwatch(style) {
  return swatch(22, 16, (ctx) => {
    ctx.fillStyle = ctx.createPattern(areaPattern(style), 'repeat');
    ctx.strokeStyle = style.mark;
    ctx.fillRect(0.5, 0.5, 21, 15);
    ctx.strokeRect(0.5, 0.5, 21, 15);
  });
}
