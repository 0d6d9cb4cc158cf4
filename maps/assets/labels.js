// Names of provinces, municipalities, places and waters; labels never overlap.

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
  // Of what would touch, the first stays: large places, from afar the provinces, then small places.
  // Close by come the municipalities that are not called after a place that is written already.
  place() {
    const map = this._map;
    const zoom = map.getZoom();
    const view = map.getBounds().pad(0.05);
    const least = [[7.4, 140000], [8.2, 75000], [9, 32000], [9.8, 14000], [10.8, 5000], [11.8, 1200]];
    const threshold = (least.find(([limit]) => zoom < limit) || [0, 0])[1];
    const taken = [];
    const written = new Set();
    this.box.replaceChildren();
    if (zoom >= 7.3 && zoom < 10.5) {
      this.base.waters.forEach((water) => this.write(water, 'water', 13, taken));
    }
    const places = this.base.places;
    const shown = places.inhabitants.filter((count) => count >= threshold).length;
    const large = places.inhabitants.filter((count) => count >= 180000).length;
    for (let i = 0; i <= shown; i += 1) {
      if (i === Math.min(large, shown) && zoom < 9.5) this.writeProvinces(view, taken);
      if (i === shown) break;
      const at = { name: places.name[i], lat: places.lat[i], lon: places.lon[i] };
      if (!view.contains([at.lat, at.lon])) continue;
      const rank = places.inhabitants[i] >= 180000 ? 0 : places.inhabitants[i] >= 45000 ? 1 : 2;
      if (this.write(at, 'place rank-' + rank, [15, 13, 12][rank], taken)) written.add(at.name);
    }
    const municipalities = this.base.municipalities;
    for (let i = 0; zoom >= 9.4 && i < municipalities.name.length; i += 1) {
      const at = { name: municipalities.name[i], lat: municipalities.lat[i], lon: municipalities.lon[i] };
      if (written.has(at.name) || !view.contains([at.lat, at.lon])) continue;
      this.write(at, 'municipality', 12, taken);
    }
  },
  writeProvinces(view, taken) {
    this.base.provinceNames.forEach((province) =>
      view.contains([province.lat, province.lon]) && this.write(province, 'province', 12, taken));
  },
  write(item, kind, size, taken) {
    const point = this._map.latLngToLayerPoint([item.lat, item.lon]);
    this.ruler.font = '600 ' + size + 'px system-ui, sans-serif';
    // Names of regions are spaced capitals.
    const spaced = kind === 'province' || kind === 'municipality' ? 1.45 : 1;
    const wide = this.ruler.measureText(item.name).width * 0.56 * spaced + 9;
    const high = size * 0.75 + 4;
    const clash = taken.some((box) => Math.abs(box.x - point.x) < box.wide + wide
      && Math.abs(box.y - point.y) < box.high + high);
    if (clash) return false;
    taken.push({ x: point.x, y: point.y, wide, high });
    const label = L.DomUtil.create('span', 'label ' + kind, this.box);
    label.textContent = item.name;
    L.DomUtil.setPosition(label, point);
    return true;
  },
});
