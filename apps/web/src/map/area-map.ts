import { type GeoJSONSource, Map as MapLibreMap, ScaleControl, setWorkerUrl } from 'maplibre-gl';
import type { LandingPage, MappedRaster } from '../api.ts';
import type { Table } from '../ask/use-catalog.ts';
import type { Unit } from '../asked.ts';
import { baseStyle } from './base-style.ts';
import { around, type Box, boxOf } from './box.ts';
import { color } from './colors.ts';
import { freeMargins } from './free-margins.ts';
import { setShownMap } from './map-picture.ts';
import { nameMarker } from './name-marker.ts';
import { outlineOf } from './outline.ts';
import { addRasterLayers } from './raster-layers.ts';
import { setVisible } from './set-visible.ts';
import { viewIn } from './shown-view.ts';
import { addTableLayers } from './table-layers.ts';
import { addUpstreamLayers } from './upstream-layers.ts';

export type MapLibre = MapLibreMap;

/** A map with the outlines of areas. */
export interface AreaMap {
  readonly map: MapLibre;
  /** Shows one of the tables, and all of it at first. */
  showTables(tables: readonly Table[], shown: string | undefined): void;
  /** Shows an area that is asked about, with a name where there are two, and moves to it. */
  showArea(which: Which, geometry: GeoJSON.Geometry | null | undefined, name?: string): void;
  /** Shows all areas that drain into the first, and moves to them. */
  showUpstream(areas: readonly GeoJSON.Feature[]): void;
  /** Shows the first area as it is being changed, and stays where it is. */
  outline(geometry: GeoJSON.Geometry): void;
  /** Moves to the areas that are asked about, beside what lies on the map. */
  place(): void;
  /** Moves to what is shown once more, unless somebody has moved the map since. */
  placeAgain(): void;
  /** Moves to all areas of the table that is shown. */
  placeWhole(): void;
  /** Has the scale bar in units of length that go with those of areas. */
  measureIn(unit: Unit): void;
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

type Which = 'first' | 'beside';

const nothing: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };
const mostZoom = 22;

/** The mark of movements that the page makes, and not a person. */
export const byPage = { isByPage: true };

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
  const scale = new ScaleControl({ maxWidth: 120 });
  map.addControl(scale, 'bottom-left');
  const upstream = addUpstreamLayers(map);
  for (const id of ['beside', 'first'] as const) {
    map.addSource(id, { type: 'geojson', data: nothing });
    // A light edge keeps the line apart from dark colours.
    map.addLayer({
      ...{ id: `${id}-edge`, type: 'line', source: id, layout: { visibility: 'none' } },
      paint: { 'line-width': 5, 'line-color': color('--paper'), 'line-opacity': 0.7 },
    });
    const dashes = id === 'beside' && { 'line-dasharray': [2, 1.5] };
    map.addLayer({
      ...{ id, type: 'line', source: id, layout: { visibility: 'none' } },
      paint: { 'line-width': 2.5, 'line-color': color('--ink'), ...dashes },
    });
  }
  const rasters = addRasterLayers(map, upstream.lowest);
  const tables = addTableLayers(map, upstream.lowest);
  const setBusy = (isBusy: boolean) => container.setAttribute('aria-busy', String(isBusy));
  map.on('dataloading', () => setBusy(true));
  map.on('idle', () => setBusy(false));
  let pick: ((area: string) => void) | undefined;
  let [shown, isPlaced]: [string | undefined, boolean] = [undefined, false];
  const boxes: Partial<Record<Which | 'upstream', Box | undefined>> = {};
  const names = { first: nameMarker(), beside: nameMarker() };
  let [whole, last]: (Box | undefined)[] = [];
  let isMoved = false;
  map.on('movestart', ({ originalEvent }) => {
    isMoved ||= originalEvent !== undefined;
  });
  const repaint = () => {
    for (const id of ['first', 'beside', ...tables.lines()]) map.setPaintProperty(id, 'line-color', color('--ink'));
    for (const id of ['first-edge', 'beside-edge']) map.setPaintProperty(id, 'line-color', color('--paper'));
    upstream.repaint();
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
      whole = box as Box | undefined;
      if (!isPlaced && whole) place(whole);
    },
    showArea: (which, geometry, name) => {
      const before = JSON.stringify(boxes[which]);
      setOutline(which, geometry);
      boxes[which] = geometry ? boxOf(geometry) : undefined;
      names[which].show(map, name, boxes[which]);
      if (JSON.stringify(boxes[which]) !== before) placeAll(true);
    },
    showUpstream: (areas) => {
      upstream.show(areas);
      const found = areas.map(({ geometry }) => boxOf(geometry)).filter((box) => box !== undefined);
      boxes.upstream = found.length > 0 ? around(found) : undefined;
      placeAll(true);
    },
    outline: (geometry) => setOutline('first', geometry),
    place: () => placeAll(true),
    placeAgain: () => last && !isMoved && place(last, false),
    placeWhole: () => whole && place(whole),
    measureIn: (unit) => scale.setUnit(unit === 'acres' ? 'imperial' : 'metric'),
    showRasters: rasters.show,
    divide: rasters.divide,
    onPick: (picked) => {
      pick = picked;
    },
    onHover: (show) => {
      map.on('mousemove', ({ point }) => {
        // The areas move with the pointer; to look for the one under it would hold up each frame.
        if (map.isMoving()) return;
        const area = tables.at(point);
        tables.highlight(pick && area?.id);
        map.getCanvas().style.cursor = area && pick ? 'pointer' : '';
        show(area && (area.name ?? area.id));
      });
      map.on('mouseout', () => {
        tables.highlight(undefined);
        show(undefined);
      });
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
  function placeAll(isMoving: boolean): void {
    const both = Object.values(boxes).filter((box) => box !== undefined);
    if (both.length > 0) place(around(both), isMoving);
  }

  function setOutline(which: Which, geometry: GeoJSON.Geometry | null | undefined): void {
    const data = geometry && ({ type: 'Feature', geometry: outlineOf(geometry), properties: {} } as const);
    map.getSource<GeoJSONSource>(which)?.setData(data ?? nothing);
    setVisible(map, [`${which}-edge`, which], data != null);
  }

  function place(box: Box, isMoving = true): void {
    const [west, south, east, north] = box;
    [last, isMoved] = [box, false];
    const animate = isPlaced && isMoving && !still;
    const view = viewIn(location.search);
    if (view) {
      map.jumpTo({ zoom: view.zoom, center: [...view.center] }, byPage);
      isPlaced = true;
      return;
    }
    const sizeOf = (selector: string) => {
      const { offsetWidth = 0, offsetHeight = 0 } = container.parentElement?.querySelector<HTMLElement>(selector) ?? {};
      return { width: offsetWidth, height: offsetHeight };
    };
    const size = { width: container.offsetWidth, height: container.offsetHeight };
    const padding = freeMargins(size, sizeOf('.controls'), sizeOf('.tools').height);
    map.fitBounds([west, south, east, north], { padding, maxZoom: mostZoom, animate, duration: 200 }, byPage);
    isPlaced = true;
  }
}
