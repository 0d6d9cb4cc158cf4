// What every map has: room beside panel and key, terrains with their popups, buttons in the corner.

const map = window.planMap;
const isNarrow = () => window.matchMedia('(max-width: 720px)').matches;
const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
// Where panel and key cover the map: keep views, popups and buttons clear of them. On a phone they
// are as high as their words make them.
function clear() {
  const edge = (selector, side) => document.querySelector(selector).getBoundingClientRect()[side];
  const foot = window.innerHeight - Math.min(...['.sources', '.legend-strip']
    .map((part) => edge(part, 'top')).filter((top) => top > 0));
  const head = Math.max(edge('.search', 'bottom'), edge('.measure', 'bottom'));
  document.documentElement.style.setProperty('--foot', foot + 'px');
  document.documentElement.style.setProperty('--head', head + 'px');
  return isNarrow() ? { paddingTopLeft: [12, head + 12], paddingBottomRight: [12, foot + 12] }
    : { paddingTopLeft: [372, 20], paddingBottomRight: [28, foot + 2] };
}

const renderer = L.canvas({ padding: 0.3, tolerance: 3 });
map.fitBounds(DATA.bounds, { ...clear(), animate: false });
makeBase(map, DATA.base);
const terrains = makeTerrains(DATA, renderer);
const circles = terrains.getLayers();
const selection = L.circleMarker([0, 0], { renderer, interactive: false, color: INK, weight: 2,
  fill: false });

const popup = L.popup({ className: 'plan-popup', autoPanPadding: [12, 12] });
let content = null;

function showPopup(latLng, build) {
  content = build;
  // A narrow screen has room for a popup or for the buttons, the measure and the key.
  document.body.classList.add('has-popup');
  const edges = clear();
  popup.options.autoPanPaddingTopLeft = edges.paddingTopLeft;
  popup.options.autoPanPaddingBottomRight = edges.paddingBottomRight;
  popup.options.maxWidth = Math.min(400, map.getSize().x - 28);
  popup.options.minWidth = Math.min(300, popup.options.maxWidth);
  const room = map.getSize().y - edges.paddingTopLeft[1] - edges.paddingBottomRight[1];
  popup.options.maxHeight = Math.max(200, room - (isNarrow() ? 34 : 50));
  popup.setContent(build()).setLatLng(latLng).openOn(map);
  const button = popup.getElement().querySelector('.leaflet-popup-close-button');
  button.setAttribute('aria-label', say('map.panel.close_popup'));
  button.title = say('map.panel.close_popup');
}

function select(circle) {
  selection.setLatLng(circle.getLatLng()).setRadius(circle._radius + 3).addTo(map);
  selection.circle = circle;
}

// What a terrain tells is up to the page: `popupOf`.
function openTerrain(index) {
  const circle = circles[index];
  showPopup(circle.getLatLng(), () => popupOf(index));
  select(circle);
}

function findTerrain(index) {
  if (isNarrow()) setPanel(false);
  // No flight: the view has to stand still before the popup can find its room.
  map.setView(circles[index].getLatLng(), Math.max(map.getZoom(), 12.5), { animate: false });
  openTerrain(index);
  popup.getElement().querySelector('h2').focus({ preventScroll: true });
}

function findMunicipality(item) {
  if (isNarrow()) setPanel(false);
  map.closePopup();
  const points = item.terrains.map((index) => circles[index].getLatLng());
  const bounds = L.latLngBounds([item.at, ...points]).pad(0.15);
  map.fitBounds(bounds, { ...clear(), maxZoom: 13, animate: false });
}

function connect(group, name, build) {
  const text = (layer) => document.createTextNode(name(layer.index));
  group.bindTooltip((layer) => make('span', {}, text(layer)), { sticky: true, className: 'hint' });
  group.on('click', (event) => {
    L.DomEvent.stopPropagation(event);
    group.closeTooltip();
    build(event.propagatedFrom || event.layer, event.latlng);
  });
}

let isByKeyboard = false;
map.on('popupclose', () => {
  document.body.classList.remove('has-popup');
  clear();
  content = null;
  selection.remove();
  // Who came by the keyboard goes on where the search began.
  if (isByKeyboard) document.getElementById('search').focus();
});
map.on('zoomend moveend', () => {
  if (selection.circle) selection.setRadius(selection.circle._radius + 3);
});
document.addEventListener('keydown', () => { isByKeyboard = true; }, true);
// Leaflet closes it only while the map itself has the focus.
document.addEventListener('keydown', (event) => event.key === 'Escape' && map.closePopup());
document.addEventListener('pointerdown', () => { isByKeyboard = false; }, true);

L.control.zoom({ position: 'topright', zoomInTitle: say('map.panel.zoom_in'),
  zoomOutTitle: say('map.panel.zoom_out') }).addTo(map);
const Home = L.Control.extend({
  options: { position: 'topright' },
  onAdd() {
    const button = make('button', { type: 'button', class: 'home leaflet-bar',
      title: say('map.panel.home'), 'aria-label': say('map.panel.home') });
    const icon = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    icon.setAttribute('viewBox', '0 0 16 16');
    const corners = document.createElementNS(icon.namespaceURI, 'path');
    corners.setAttribute('d', 'M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4');
    icon.append(corners);
    button.append(icon);
    L.DomEvent.disableClickPropagation(button);
    button.addEventListener('click', () => map.fitBounds(DATA.bounds, { ...clear(), animate: !isStill }));
    return button;
  },
});
new Home().addTo(map);
L.control.scale({ position: 'bottomright', imperial: false, maxWidth: 120 }).addTo(map);

const setPanel = connectFold('panel-toggle', 'panel-body', !isNarrow());
document.getElementById('legend-strip').addEventListener('click', () => setPanel(true));
connectFold('sources-toggle', 'sources-text', !isNarrow());
connectSearch(findTerrain, findMunicipality);
connectPrint(map);

// Once the page has its layers: show them, and again at every choice.
function begin(show) {
  connect(terrains, (index) => T.name[index], (layer) => openTerrain(layer.index));
  document.getElementById('controls').addEventListener('change', show);
  // A choice outside the form that belongs to it does not bubble through the form.
  document.getElementById('measure').addEventListener('change', show);
  document.getElementById('controls').addEventListener('submit', (event) => event.preventDefault());
  terrains.addTo(map);
  show();
  // The key has its height only now.
  if (isNarrow()) map.fitBounds(DATA.bounds, { ...clear(), animate: false });
  map.on('resize', clear);
  // For tests, measurements and a page that embeds the map.
  window.laadvraagMap = { map, circles, open: openTerrain, find: findTerrain };
  requestAnimationFrame(() => setTimeout(() => performance.mark('laadvraag-ready')));
}
