// The page put together: layers, popups, controls.

let state = readState();

const background = DATA.background ? makeBackground(DATA.background, () => showLayers()) : null;
const layers = {
  areas: makeAreas(DATA, renderer),
  zones: makeZones(DATA, renderer),
  sites: makeSites(DATA, renderer),
  hubs: L.featureGroup(),
  labels: new LabelLayer(DATA.base),
};
const popupOf = (index) => terrainPopup(index, state);

function showTerrains() {
  const classes = measureClasses(state);
  const glyphs = new Map(classes.map((item) => [item.key, item.glyph]));
  const counts = new Map();
  circles.forEach((circle, index) => {
    const key = classKey(index, state);
    counts.set(key, (counts.get(key) || 0) + 1);
    circle.options.glyph = glyphs.get(key);
    if (circle._map) circle.setRadius(circle.options.radius);
  });
  showLegend(state, classes, counts);
}

function showZones() {
  const end = state.year + '-12-31';
  layers.zones.eachLayer((circle) => {
    const start = DATA.zones[circle.index].start;
    const glyph = start && start <= end ? ZONE_GLYPHS.inForce : ZONE_GLYPHS.later;
    if (DATA.zones[circle.index].rings.length) {
      circle.setStyle({ color: glyph.stroke, weight: glyph.width, fillColor: glyph.fill,
        fillOpacity: glyph.fillOpacity, dashArray: glyph.dash || null });
      return;
    }
    circle.options.glyph = glyph;
    if (circle._map) circle.redraw();
  });
}

function showLayers() {
  for (const [name, layer] of Object.entries(layers)) {
    if (state.layers.has(name)) layer.addTo(map);
    else layer.remove();
  }
  // While there is no network the page does not ask.
  if (background) {
    if (state.layers.has('background') && background.isReachable()) background.addTo(map);
    else background.remove();
  }
  // One canvas carries all, so that each can be clicked: set the order of drawing.
  for (const name of ['zones', 'areas']) {
    if (state.layers.has(name)) layers[name].eachLayer((layer) => layer.bringToBack());
  }
  showLayerLegends(state, background);
}

function show() {
  state = readState();
  showChoices(state);
  showTerrains();
  showHubs(layers.hubs, state, circles, renderer);
  showZones();
  showLayers();
  clear();
  if (content && popup.isOpen()) popup.setContent(content());
}

const areaName = (area) => area.id + ' · ' + area.operator + ' · '
  + say('common.area_status.' + area.status);
connect(layers.zones, (index) => DATA.zones[index].name, (layer) =>
  showPopup(DATA.zones[layer.index].at, () => zonePopup(DATA.zones[layer.index])));
connect(layers.areas, (index) => areaName(DATA.areas[index]), (layer, latLng) =>
  showPopup(latLng, () => areaPopup(DATA.areas[layer.index])));
connect(layers.sites, (index) => DATA.sites.name[index] || say('map.site.' + DATA.sites.kind[index]),
  (layer) => showPopup(layer.getLatLng(), () => sitePopup(layer.index, state)));

// The diamonds stand around circles whose size on the screen has changed.
map.on('zoomend moveend', () => layers.hubs.eachLayer((hub) => hub._map && hub.redraw()));

document.getElementById('controls').addEventListener('change', (event) => {
  if (event.target.value === 'background' && event.target.checked) background.retry();
});
begin(show);
window.laadvraagMap.dayCurves = dayCurves;
window.laadvraagMap.state = () => state;
