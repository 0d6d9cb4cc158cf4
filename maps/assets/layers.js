// Leaflet layers: circles in metres that never get too small to see, labels that never overlap.

const Glyph = L.Circle.extend({
  // Both Circle and Canvas of the inlined Leaflet 1.9 call these; its version is pinned.
  _project() {
    L.Circle.prototype._project.call(this);
    const floor = this.options.minimumPx(this);
    this._radius = Math.max(this._radius || 0, floor);
    this._radiusY = this._radius;
    this._updateBounds();
  },
  _updatePath() {
    if (!this._renderer._drawing || this._empty()) return;
    drawGlyph(this._renderer._ctx, this._point.x, this._point.y, this._radius, this.options.glyph);
  },
});

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
}

function makeTerrains(data, renderer) {
  const group = L.featureGroup();
  const terrains = data.terrains;
  for (let index = 0; index < terrains.id.length; index += 1) {
    const circle = new Glyph([terrains.lat[index], terrains.lon[index]], {
      renderer, radius: terrains.radius[index], glyph: CLASS_GLYPHS.not_known,
      minimumPx: terrainFloor,
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

const LabelLayer = L.Layer.extend({
  initialize(base) {
    this.base = base;
    this.ruler = document.createElement('canvas').getContext('2d');
  },
  onAdd(map) {
    const pane = map.getPane('labels') || map.createPane('labels');
    pane.style.zIndex = 450;
    pane.style.pointerEvents = 'none';
    this.box = L.DomUtil.create('div', 'labels leaflet-zoom-hide', pane);
    this.box.setAttribute('aria-hidden', 'true');
    map.on('moveend viewreset resize', this.place, this);
    this.place();
  },
  onRemove(map) {
    map.off('moveend viewreset resize', this.place, this);
    this.box.remove();
  },
  // Largest places first; a label that would touch an earlier one is left out.
  place() {
    const map = this._map;
    const zoom = map.getZoom();
    const view = map.getBounds().pad(0.05);
    const least = [[7.4, 140000], [8.2, 75000], [9, 32000], [9.8, 14000], [10.8, 5000], [11.8, 1200]];
    const threshold = (least.find(([limit]) => zoom < limit) || [0, 0])[1];
    const taken = [];
    this.box.replaceChildren();
    if (zoom >= 7.3 && zoom < 10.5) {
      this.base.waters.forEach((water) => this.write(water, 'water', 13, taken));
    }
    const places = this.base.places;
    for (let i = 0; i < places.name.length && places.inhabitants[i] >= threshold; i += 1) {
      const at = { name: places.name[i], lat: places.lat[i], lon: places.lon[i] };
      if (!view.contains([at.lat, at.lon])) continue;
      const rank = places.inhabitants[i] >= 180000 ? 0 : places.inhabitants[i] >= 45000 ? 1 : 2;
      this.write(at, 'place rank-' + rank, [15, 13, 12][rank], taken);
    }
  },
  write(item, kind, size, taken) {
    const point = this._map.latLngToLayerPoint([item.lat, item.lon]);
    this.ruler.font = '600 ' + size + 'px system-ui, sans-serif';
    const wide = this.ruler.measureText(item.name).width * 0.56 + 9;
    const high = size * 0.75 + 4;
    const clash = taken.some((box) => Math.abs(box.x - point.x) < box.wide + wide
      && Math.abs(box.y - point.y) < box.high + high);
    if (clash) return;
    taken.push({ x: point.x, y: point.y, wide, high });
    const label = L.DomUtil.create('span', 'label ' + kind, this.box);
    label.textContent = item.name;
    L.DomUtil.setPosition(label, point);
  },
});
