// Leaflet layers: circles in metres that never get too small to see, and outlines.

const Glyph = L.Circle.extend({
  // Both Circle and Canvas of the inlined Leaflet 1.9 call these; its version is pinned.
  _project() {
    L.Circle.prototype._project.call(this);
    const floor = this.options.minimumPx(this);
    this._isFloor = floor > (this._radius || 0);
    this._radius = Math.max(this._radius || 0, floor);
    this._radiusY = this._radius;
    this._updateBounds();
  },
  _updatePath() {
    if (!this._renderer._drawing || this._empty()) return;
    drawGlyph(this._renderer._ctx, this._point.x, this._point.y, this._radius, this.options.glyph);
  },
});

// A terrain whose outline is known: its circle from afar, the outline where that has room.
const Ground = Glyph.extend({
  _project() {
    Glyph.prototype._project.call(this);
    this._parts = this._isFloor || this._radius < PATTERN_PX ? null
      : this.options.rings.map((ring) => ring.map((at) => this._map.latLngToLayerPoint(at)));
    if (!this._parts) return;
    const edge = L.point(4, 4);
    const bounds = L.bounds(this._parts.flat());
    this._pxBounds = L.bounds(bounds.min.subtract(edge), bounds.max.add(edge));
  },
  _updatePath() {
    if (!this._renderer._drawing || this._empty()) return;
    drawGlyph(this._renderer._ctx, this._point.x, this._point.y, this._radius, this.options.glyph,
      this._parts);
  },
  _containsPoint(point) {
    return this._parts ? isInside(this._parts, point)
      : Glyph.prototype._containsPoint.call(this, point);
  },
});

// By the number of edges east of a point: odd inside.
function isInside(parts, point) {
  let inside = false;
  for (const ring of parts) {
    for (let at = 0, last = ring.length - 1; at < ring.length; last = at, at += 1) {
      const [a, b] = [ring[at], ring[last]];
      if ((a.y > point.y) !== (b.y > point.y)
        && point.x < (b.x - a.x) * (point.y - a.y) / (b.y - a.y) + a.x) inside = !inside;
    }
  }
  return inside;
}

// Rings as latitude and longitude, of steps from the point of the terrain.
function outlineRings(terrains, index) {
  return terrains.outlines[index].slice(1).map((steps) => {
    let [lat, lon] = [Math.round(terrains.lat[index] * 1e5), Math.round(terrains.lon[index] * 1e5)];
    const ring = [];
    for (let at = 0; at < steps.length; at += 2) {
      lat += steps[at];
      lon += steps[at + 1];
      ring.push(L.latLng(lat / 1e5, lon / 1e5));
    }
    return ring;
  });
}

function makeBase(map, base) {
  const pane = map.createPane('base');
  pane.style.zIndex = 150;
  pane.style.pointerEvents = 'none';
  const renderer = L.canvas({ pane: 'base', padding: 0.4 });
  const quiet = { renderer, pane: 'base', interactive: false };
  L.polygon(base.land, { ...quiet, stroke: true, color: '#c9d6d8', weight: 5, opacity: 0.55,
    fillColor: '#f8f5ee', fillOpacity: 1 }).addTo(map);
  L.polygon(base.land, { ...quiet, color: '#b9bfb6', weight: 1, fill: false }).addTo(map);
  L.polyline(base.provinces, { ...quiet, color: '#bdb7a8', weight: 1.1, dashArray: '1 4',
    lineCap: 'round' }).addTo(map);
  L.polyline(base.region, { ...quiet, color: '#6f7a80', weight: 1.8, opacity: 0.8 }).addTo(map);
}

function makeTerrains(data, renderer) {
  const group = L.featureGroup();
  const terrains = data.terrains;
  for (let index = 0; index < terrains.id.length; index += 1) {
    const isOutlined = terrains.outlines[index] !== undefined;
    const circle = new (isOutlined ? Ground : Glyph)([terrains.lat[index], terrains.lon[index]], {
      renderer, radius: terrains.radius[index], glyph: CLASS_GLYPHS.not_known,
      minimumPx: terrainFloor, rings: isOutlined ? outlineRings(terrains, index) : [],
    });
    circle.index = index;
    group.addLayer(circle);
  }
  return group;
}

// The least size on the screen: three pixels, a little more for large terrains and much power.
function terrainFloor(circle) {
  const zoomed = Math.min(1, Math.max(0, circle._map.getZoom() - 7.5) / 3);
  const large = Math.min(1, circle.options.radius / 900);
  const grow = circle.options.glyph.grow;
  const power = grow === undefined ? 0.9 * large : 0.35 * large + 2.6 * grow * grow;
  return (grow === undefined ? 2.9 : 2.6) + power + 1.2 * zoomed;
}

function makeZones(data, renderer) {
  const group = L.featureGroup();
  data.zones.forEach((zone, index) => {
    if (!zone.at) return;
    if (zone.rings.length) {
      const outline = L.polygon(zone.rings, { renderer, fillRule: 'evenodd' });
      outline.index = index;
      group.addLayer(outline);
      return;
    }
    const circle = new Glyph(zone.at, { renderer, radius: zone.radius, glyph: ZONE_GLYPHS.inForce,
      minimumPx: () => 7 });
    circle.index = index;
    group.addLayer(circle);
  });
  return group;
}

function makeSites(data, renderer) {
  const group = L.featureGroup();
  const sites = data.sites;
  for (let index = 0; index < sites.lat.length; index += 1) {
    const site = new Glyph([sites.lat[index], sites.lon[index]], {
      renderer, radius: 1, glyph: SITE_GLYPHS[sites.type[index]] || SITE_GLYPHS.truck_parking,
      minimumPx: (layer) => (layer._map.getZoom() < 9 ? 2.8 : 4.6),
    });
    site.index = index;
    group.addLayer(site);
  }
  return group;
}

function makeAreas(data, renderer) {
  const group = L.featureGroup();
  const context = document.createElement('canvas').getContext('2d');
  const patterns = {};
  for (const [status, style] of Object.entries(AREA_STYLES)) {
    patterns[status] = context.createPattern(areaPattern(style), 'repeat');
  }
  data.areas.forEach((area, index) => {
    if (!area.rings.length) return;
    const polygon = L.polygon(area.rings, { renderer, weight: 1.4, color: '#fffdf8', opacity: 0.95,
      fillColor: patterns[area.status] || patterns.not_known, fillOpacity: 0.85 });
    polygon.index = index;
    group.addLayer(polygon);
  });
  return group;
}
