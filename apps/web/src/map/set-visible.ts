import type { Map as MapLibre } from 'maplibre-gl';

/**
 * Shows or hides layers of a map, those that it has. Layers with nothing in them are better hidden:
 * the map masks the whole screen for each source that is shown.
 */
export function setVisible(map: MapLibre, layers: readonly string[], isVisible: boolean): void {
  for (const layer of layers)
    if (map.getLayer(layer)) map.setLayoutProperty(layer, 'visibility', isVisible ? 'visible' : 'none');
}
