// On paper: the map gets the room of a sheet and is drawn again for it, finer than on the screen.

// Inside the margins of an A4 on its side, beside the column with title and legend; see print.css.
const SHEET = { width: '202mm', height: '166mm' };

function connectPrint(map) {
  const box = map.getContainer();
  let before = null;
  const redraw = () => {
    map.invalidateSize({ pan: false, animate: false });
    map.eachLayer((layer) => layer instanceof L.Renderer && layer._update());
  };
  const isRetina = L.Browser.retina;
  window.addEventListener('beforeprint', () => {
    if (before) return;
    // What lies clear of the panel on the screen is what the reader looks at.
    const edges = clear();
    const size = map.getSize();
    const corner = (x, y) => map.containerPointToLatLng([x, y]);
    before = { center: map.getCenter(), zoom: map.getZoom() };
    const chosen = map._popup && map._popup.isOpen() ? map._popup.getLatLng() : null;
    const seen = L.latLngBounds(corner(...edges.paddingTopLeft),
      corner(size.x - edges.paddingBottomRight[0], size.y - edges.paddingBottomRight[1]));
    Object.assign(box.style, { inset: 'auto', ...SHEET });
    L.Browser.retina = true;
    redraw();
    map.setView(chosen || seen.getCenter(), map.getBoundsZoom(seen), { animate: false });
    redraw();
  });
  window.addEventListener('afterprint', () => {
    if (!before) return;
    Object.assign(box.style, { inset: '', width: '', height: '' });
    L.Browser.retina = isRetina;
    redraw();
    map.setView(before.center, before.zoom, { animate: false });
    before = null;
  });
}
