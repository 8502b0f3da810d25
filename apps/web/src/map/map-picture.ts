import type { Map as MapLibreMap } from 'maplibre-gl';
import { withView } from './shown-view.ts';

let shown: MapLibreMap | undefined;

/** Says which map is on the page; undefined: none any more. */
export function setShownMap(map: MapLibreMap | undefined): void {
  shown = map;
}

/** This page's link with the place that the map shows. */
export function linkWithView(): string {
  return withView(location.href, shown);
}

/** A picture of the map as it is now, and whom its base map is from; undefined: there is none. */
export function mapPicture(): { readonly url: string; readonly attribution: string } | undefined {
  if (!shown) return undefined;
  // The drawing is there only until the next frame.
  shown.redraw();
  const attribution = shown.getContainer().querySelector('.maplibregl-ctrl-attrib-inner')?.textContent ?? '';
  return { url: shown.getCanvas().toDataURL('image/png'), attribution };
}
