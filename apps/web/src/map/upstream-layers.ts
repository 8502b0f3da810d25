import type { GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl';
import { color } from './colors.ts';
import { setVisible } from './set-visible.ts';

/** The areas that drain into the one that is asked about, darker than what is around them. */
export interface UpstreamLayers {
  /** The lowest of the layers. */
  readonly lowest: string;
  show(areas: readonly GeoJSON.Feature[]): void;
  /** Takes the colours of the theme. */
  repaint(): void;
}

const [fill, line] = ['upstream-fill', 'upstream'];

/** Adds them to a map. */
export function addUpstreamLayers(map: MapLibreMap): UpstreamLayers {
  map.addSource(line, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
  const common = { source: line, layout: { visibility: 'none' } } as const;
  map.addLayer({ ...common, id: fill, type: 'fill', paint: { 'fill-opacity': 0.22 } });
  map.addLayer({ ...common, id: line, type: 'line', paint: { 'line-width': 1.5 } });
  const repaint = () => {
    map.setPaintProperty(fill, 'fill-color', color('--ink'));
    map.setPaintProperty(line, 'line-color', color('--ink'));
  };
  repaint();
  return {
    lowest: fill,
    show: (areas) => {
      map.getSource<GeoJSONSource>(line)?.setData({ type: 'FeatureCollection', features: [...areas] });
      setVisible(map, [fill, line], areas.length > 0);
    },
    repaint,
  };
}
