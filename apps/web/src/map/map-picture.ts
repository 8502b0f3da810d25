import type { Map as MapLibreMap } from 'maplibre-gl';

let shown: MapLibreMap | undefined;

/** Says which map is on the page; undefined: none any more. */
export function setShownMap(map: MapLibreMap | undefined): void {
  shown = map;
}

/** A picture of the map as it is now, and whom its base map is from; undefined: there is none. */
export function mapPicture(): Promise<{ readonly url: string; readonly attribution: string }> | undefined {
  const map = shown;
  if (!map) return undefined;
  return new Promise((resolve) => {
    // The drawing is there only until the next frame.
    map.once('render', () => {
      const attribution = map.getContainer().querySelector('.maplibregl-ctrl-attrib-inner')?.textContent ?? '';
      resolve({ url: map.getCanvas().toDataURL('image/png'), attribution });
    });
    map.triggerRepaint();
  });
}
