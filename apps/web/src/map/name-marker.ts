import { type Map as MapLibreMap, Marker } from 'maplibre-gl';
import type { Box } from './box.ts';

/** The name of an area at the upper edge of its outline. */
export interface NameMarker {
  /** Undefined: none is shown. */
  show(map: MapLibreMap, name: string | undefined, box: Box | undefined): void;
}

export function nameMarker(): NameMarker {
  const element = document.createElement('p');
  element.className = 'area-name';
  const marker = new Marker({ element, anchor: 'bottom' });
  return {
    show: (map, name, box) => {
      if (name === undefined || !box) return void marker.remove();
      const [west, , east, north] = box;
      element.textContent = name;
      marker.setLngLat([(west + east) / 2, north]).addTo(map);
    },
  };
}
