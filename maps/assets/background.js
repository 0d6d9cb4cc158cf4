// The topographic background: fetched tiles over the quiet base map. Where a tile fails the base
// shows through; when none comes at all the page stops asking until there is a network.

const TILE_BOUNDS = [[50.2, 2.8], [54.0, 7.8]];
const FAILURES_TO_STOP = 4;

function makeBackground(tiles, onChange) {
  let failures = 0;
  let isShown = false;
  const layer = L.tileLayer(tiles.url, { minZoom: 6, maxNativeZoom: tiles.closestZoom,
    maxZoom: 19, bounds: TILE_BOUNDS, referrerPolicy: 'no-referrer' });
  const set = (value) => {
    isShown = value;
    // The background has names of its own.
    document.body.classList.toggle('has-background', value);
  };
  layer.on('tileload', () => {
    if (!isShown) {
      set(true);
      onChange();
    }
  });
  layer.on('tileerror', () => {
    failures += 1;
    if (!isShown && failures === FAILURES_TO_STOP) onChange();
  });
  layer.on('remove', () => set(false));
  layer.isReachable = () => navigator.onLine && (isShown || failures < FAILURES_TO_STOP);
  layer.retry = () => {
    failures = 0;
    onChange();
  };
  window.addEventListener('online', layer.retry);
  window.addEventListener('offline', onChange);
  return layer;
}
