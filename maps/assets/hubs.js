// Shared hubs: a diamond at the shoulder of the terrain that one stands on, in the chosen year.
// Clicks go through it to the terrain, whose popup tells of the hub.

const HUB_GLYPH = { shape: 'diamond', fill: '#006b5f', fillOpacity: 1, stroke: '#ffffff', width: 1.3 };

const Hub = Glyph.extend({
  _updatePath() {
    if (!this._renderer._drawing || this._empty()) return;
    // Beside the mark of a small terrain, on the edge of a large one.
    const shift = Math.max(4.5, this.options.terrain._radius * 0.72);
    drawGlyph(this._renderer._ctx, this._point.x + shift, this._point.y - shift,
      this._map.getZoom() < 9 ? 3.4 : 5, HUB_GLYPH);
  },
});

function showHubs(group, state, circles, renderer) {
  group.clearLayers();
  for (const index of Object.keys(DATA.hubs[state.year + '|' + state.scenario] || {})) {
    const terrain = circles[index];
    // Its size on the screen reaches from the middle of the terrain to the far side of the mark.
    group.addLayer(new Hub(terrain.getLatLng(), { renderer, terrain, interactive: false,
      radius: terrain.options.radius, minimumPx: () => terrain._radius * 0.72 + 12 }));
  }
}

function hubTotals(state) {
  const hubs = Object.values(DATA.hubs[state.year + '|' + state.scenario] || {});
  return { hubs: hubs.length, points: hubs.reduce((sum, hub) => sum + hub[2], 0) };
}
