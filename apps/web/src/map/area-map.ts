import { type GeoJSONSource, Map as MapLibreMap, setWorkerUrl } from 'maplibre-gl';
import type { LandingPage, MappedRaster } from '../api.ts';
import type { Table } from '../ask/use-catalog.ts';
import { baseStyle, paper } from './base-style.ts';
import { around, type Box, boxOf } from './box.ts';
import { color } from './colors.ts';
import { setShownMap } from './map-picture.ts';
import { addRasterLayers } from './raster-layers.ts';
import { addTableLayers } from './table-layers.ts';

export type MapLibre = MapLibreMap;

/** A map with the outlines of areas. */
export interface AreaMap {
  readonly map: MapLibre;
  /** Shows one of the tables, and all of it at first. */
  showTables(tables: readonly Table[], shown: string | undefined): void;
  /** Shows an area that is asked about, and moves to it. */
  showArea(which: 'first' | 'beside', geometry: GeoJSON.Geometry | null | undefined): void;
  /** Shows the first area as it is being changed, and stays where it is. */
  outline(geometry: GeoJSON.Geometry): void;
  /** Has the areas that are asked about lie below what takes so many pixels at the top. */
  clear(top: number): void;
  /** Shows rasters under the areas: one, or two on both sides of a divider. */
  showRasters(rasters: readonly MappedRaster[], opacity: number): void;
  /** Moves the divider to a share of the map's width. */
  divide(at: number): void;
  /** Calls this with the area that is clicked, `table/id`. */
  onPick(pick: ((area: string) => void) | undefined): void;
  /** Calls this with the name of the area under the pointer. */
  onHover(show: (name: string | undefined) => void): void;
  /** Calls this with whether there are areas which are too many to be shown. */
  onCrowd(show: (isCrowd: boolean) => void): void;
  close(): void;
}

const nothing: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };
const mostZoom = 22;

/** The mark of movements that the page makes, and not a person. */
export const byPage = { isByPage: true };

/** The margins around what is shown: what lies on the map is at its lower edge. */
const margins = { top: 40, right: 40, bottom: 90, left: 40 };

/** Opens a map in an element, on the map of another server if there is one. */
export async function openMap(container: HTMLElement, baseMap: LandingPage['baseMap']): Promise<AreaMap> {
  const worker = document.querySelector<HTMLScriptElement>('script[data-worker]')?.dataset.worker;
  setWorkerUrl(new URL(worker as string, document.baseURI).href);
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const map = new MapLibreMap({
    container,
    attributionControl: baseMap ? { compact: false } : false,
    ...(still && { fadeDuration: 0 }),
    dragRotate: false,
    style: await baseStyle(baseMap),
  });
  map.touchZoomRotate.disableRotation();
  await map.once('load');
  setShownMap(map);
  for (const id of ['beside', 'first'] as const) {
    map.addSource(id, { type: 'geojson', data: nothing });
    const dashes = id === 'beside' && { 'line-dasharray': [2, 1.5] };
    map.addLayer({
      ...{ id, type: 'line', source: id },
      paint: { 'line-width': 2.5, 'line-color': color('--ink'), ...dashes },
    });
  }
  const rasters = addRasterLayers(map, 'beside');
  const tables = addTableLayers(map, 'beside');
  const setBusy = (isBusy: boolean) => container.setAttribute('aria-busy', String(isBusy));
  map.on('dataloading', () => setBusy(true));
  map.on('idle', () => setBusy(false));
  let pick: ((area: string) => void) | undefined;
  let [shown, isPlaced]: [string | undefined, boolean] = [undefined, false];
  const boxes: { first?: Box | undefined; beside?: Box | undefined } = {};
  const repaint = () => {
    if (map.getLayer(paper)) map.setPaintProperty(paper, 'background-color', color('--map'));
    for (const id of ['first', 'beside', ...tables.lines()]) map.setPaintProperty(id, 'line-color', color('--ink'));
  };
  addEventListener('theme', repaint);
  // The sheet has become wider or narrower.
  map.on('resize', () => placeAll(false));
  map.on('click', ({ point }) => {
    const area = pick && tables.at(point);
    if (area) pick?.(`${shown}/${area.id}`);
  });

  return {
    map,
    showTables: (all, table) => {
      shown = table;
      tables.show(all, table);
      const box = all.find(({ id }) => id === table)?.box;
      if (!isPlaced && box) place(box as Box);
    },
    showArea: (which, geometry) => {
      const source = map.getSource<GeoJSONSource>(which);
      source?.setData(geometry ? { type: 'Feature', geometry, properties: {} } : nothing);
      boxes[which] = geometry ? boxOf(geometry) : undefined;
      placeAll(true);
    },
    outline: (geometry) => {
      map.getSource<GeoJSONSource>('first')?.setData({ type: 'Feature', geometry, properties: {} });
    },
    clear: (top) => placeAll(true, top),
    showRasters: rasters.show,
    divide: rasters.divide,
    onPick: (picked) => {
      pick = picked;
    },
    onHover: (show) => {
      map.on('mousemove', ({ point }) => {
        const area = tables.at(point);
        map.getCanvas().style.cursor = area && pick ? 'pointer' : '';
        show(area && (area.name ?? area.id));
      });
      map.on('mouseout', () => show(undefined));
    },
    onCrowd: (tell) => {
      const look = async () => {
        const isCrowd = await tables.isCrowd();
        if (isCrowd !== undefined) tell(isCrowd);
      };
      map.on('idle', () => void look().catch(() => undefined));
    },
    close: () => {
      removeEventListener('theme', repaint);
      setShownMap(undefined);
      map.remove();
    },
  };

  /** Moves to the areas that are asked about. */
  function placeAll(isMoving: boolean, top = 0): void {
    const both = Object.values(boxes).filter((box) => box !== undefined);
    if (both.length > 0) place(around(both), isMoving, top);
  }

  function place([west, south, east, north]: Box, isMoving = true, top = 0): void {
    const animate = isPlaced && isMoving && !still;
    const padding = { ...margins, top: margins.top + top };
    map.fitBounds([west, south, east, north], { padding, maxZoom: mostZoom, animate, duration: 200 }, byPage);
    isPlaced = true;
  }
}
