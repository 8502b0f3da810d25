import { type GeoJSONSource, type LngLatBoundsLike, Map as MapLibreMap, setWorkerUrl } from 'maplibre-gl';
import { base, client, type MappedRaster } from '../api.ts';
import type { Table } from '../ask/use-catalog.ts';

export type MapLibre = MapLibreMap;

/** A map with the outlines of areas. */
export interface AreaMap {
  readonly map: MapLibre;
  /** Shows one of the tables, and all of it at first. */
  showTables(tables: readonly Table[], shown: string | undefined): void;
  /** Shows an area that is asked about, and moves to it. */
  showArea(which: 'first' | 'beside', geometry: GeoJSON.Geometry | null | undefined): void;
  showRaster(raster: MappedRaster | undefined, opacity: number): void;
  /** Calls this with the area that is clicked, `table/id`. */
  onPick(pick: ((area: string) => void) | undefined): void;
  /** Calls this with the name of the area under the pointer. */
  onHover(show: (name: string | undefined) => void): void;
  /** Calls this with whether there are areas which are too many to be shown. */
  onCrowd(show: (isCrowd: boolean) => void): void;
  close(): void;
}

const nothing: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };
const [margin, mostZoom] = [60, 22];

/** Opens a map in an element. */
export function openMap(container: HTMLElement): AreaMap {
  const worker = document.querySelector<HTMLScriptElement>('script[data-worker]')?.dataset.worker;
  setWorkerUrl(new URL(worker as string, document.baseURI).href);
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const map = new MapLibreMap({
    container,
    attributionControl: false,
    ...(still && { fadeDuration: 0 }),
    dragRotate: false,
    style: {
      version: 8,
      sources: { first: { type: 'geojson', data: nothing }, beside: { type: 'geojson', data: nothing } },
      layers: [{ id: 'paper', type: 'background', paint: { 'background-color': color('--map') } }],
    },
  });
  map.touchZoomRotate.disableRotation();
  let pick: ((area: string) => void) | undefined;
  let [tables, shown, isPlaced]: [readonly Table[], string | undefined, boolean] = [[], undefined, false];
  let rasterShown: string | undefined;
  const boxes: { first?: Box | undefined; beside?: Box | undefined } = {};
  const ready = new Promise<void>((resolve) => map.once('load', () => resolve()));
  const whenReady = (work: () => void) => void ready.then(work);

  whenReady(() => {
    for (const which of ['beside', 'first'] as const) {
      const dash = which === 'beside' ? { 'line-dasharray': [2, 1.5] } : {};
      map.addLayer({
        id: which,
        type: 'line',
        source: which,
        paint: { 'line-width': 2.5, 'line-color': color('--ink'), ...dash },
      });
    }
  });
  const paint = () => {
    map.setPaintProperty('paper', 'background-color', color('--map'));
    for (const { id } of map.getStyle().layers.filter(({ type }) => type === 'line')) {
      map.setPaintProperty(id, 'line-color', color(id.startsWith('table-') ? '--line' : '--ink'));
    }
  };
  const repaint = () => whenReady(paint);
  addEventListener('theme', repaint);
  // The sheet has become wider or narrower.
  map.on('resize', () => placeAll(false));
  map.on('click', (event) => {
    if (!pick || shown === undefined || !map.getLayer(`fill-${shown}`)) return;
    const [feature] = map.queryRenderedFeatures(event.point, { layers: [`fill-${shown}`] });
    if (feature) pick(`${shown}/${feature.properties.id}`);
  });

  return {
    map,
    showTables: (all, table) =>
      whenReady(() => {
        [tables, shown] = [all, table];
        for (const { id } of tables) if (id !== table) hide(id);
        if (table !== undefined && tables.some(({ id }) => id === table)) show(table);
        const box = tables.find(({ id }) => id === table)?.box;
        if (!isPlaced && box) place(box);
      }),
    showArea: (which, geometry) =>
      whenReady(() => {
        const source = map.getSource<GeoJSONSource>(which);
        source?.setData(geometry ? { type: 'Feature', geometry, properties: {} } : nothing);
        boxes[which] = geometry ? boxOf(geometry) : undefined;
        placeAll(true);
      }),
    showRaster: (raster, opacity) =>
      whenReady(() => {
        if (raster?.id !== rasterShown) {
          if (rasterShown !== undefined) {
            map.removeLayer('raster');
            map.removeSource('raster');
          }
          if (raster) addRaster(raster);
          rasterShown = raster?.id;
        }
        if (raster) map.setPaintProperty('raster', 'raster-opacity', opacity);
      }),
    onPick: (picked) => {
      pick = picked;
    },
    onHover: (show) => {
      map.on('mousemove', ({ point }) => {
        const layers = shown !== undefined && map.getLayer(`fill-${shown}`) ? [`fill-${shown}`] : [];
        const [feature] = layers.length > 0 ? map.queryRenderedFeatures(point, { layers }) : [];
        map.getCanvas().style.cursor = feature && pick ? 'pointer' : '';
        show(feature && String(feature.properties.name ?? feature.properties.id));
      });
      map.on('mouseout', () => show(undefined));
    },
    onCrowd: (tell) => {
      map.on('idle', () => {
        const layers = shown !== undefined && map.getLayer(`fill-${shown}`) ? [`fill-${shown}`] : [];
        const table = shown;
        if (table === undefined || layers.length === 0) return;
        if (map.queryRenderedFeatures({ layers }).length > 0) return tell(false);
        const bbox = map
          .getBounds()
          .toArray()
          .flat()
          .map((degrees, i) => within(degrees, i % 2 === 0 ? 180 : 90));
        client.areas(table, { bbox, limit: 1 }).then(
          ({ numberMatched }) => tell(numberMatched > 0),
          () => undefined,
        );
      });
    },
    close: () => {
      removeEventListener('theme', repaint);
      map.remove();
    },
  };

  function addRaster({ tiles: { href }, bbox, minzoom, maxzoom }: MappedRaster): void {
    const place = { ...(minzoom !== undefined && { minzoom }), ...(maxzoom !== undefined && { maxzoom }) };
    const bounds = bbox && { bounds: bbox as [number, number, number, number] };
    // A gateway that does not know its own name begins with the path.
    const tilesUrl = href.startsWith('/') ? `${new URL(base).origin}${href}` : href;
    map.addSource('raster', { type: 'raster', tiles: [tilesUrl], tileSize: 256, ...place, ...bounds });
    const above = map.getStyle().layers.find(({ id }) => id !== 'paper')?.id;
    const paint = { 'raster-resampling': 'nearest', 'raster-fade-duration': 0 } as const;
    map.addLayer({ id: 'raster', type: 'raster', source: 'raster', paint }, above);
  }

  function show(table: string): void {
    const source = `table-${table}`;
    if (!map.getSource(source)) {
      const tiles = [`${new URL('api/collections/', base).href}${encodeURIComponent(table)}/tiles/{z}/{x}/{y}`];
      map.addSource(source, { type: 'vector', tiles, maxzoom: 14, promoteId: 'id' });
      const common = { source, 'source-layer': 'areas' };
      map.addLayer({ id: `fill-${table}`, type: 'fill', ...common, paint: { 'fill-opacity': 0 } }, 'beside');
      map.addLayer(
        { id: source, type: 'line', ...common, paint: { 'line-color': color('--line'), 'line-width': 1 } },
        'beside',
      );
    }
    for (const layer of [`fill-${table}`, source]) map.setLayoutProperty(layer, 'visibility', 'visible');
  }

  function hide(table: string): void {
    for (const layer of [`fill-${table}`, `table-${table}`]) {
      if (map.getLayer(layer)) map.setLayoutProperty(layer, 'visibility', 'none');
    }
  }

  /** Moves to the areas that are asked about. */
  function placeAll(isMoving: boolean): void {
    const both = Object.values(boxes).filter((box) => box !== undefined);
    if (both.length > 0) place(around(both), isMoving);
  }

  function place(box: readonly number[], isMoving = true): void {
    const [west, south, east, north] = box as [number, number, number, number];
    const bounds: LngLatBoundsLike = [
      [west, south],
      [east, north],
    ];
    map.fitBounds(bounds, {
      padding: margin,
      maxZoom: mostZoom,
      animate: isPlaced && isMoving && !still,
      duration: 200,
    });
    isPlaced = true;
  }
}

function within(degrees: number, most: number): number {
  return Math.min(most, Math.max(-most, degrees));
}

/** A colour of the style sheet. */
function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** West, south, east, north. */
type Box = readonly [number, number, number, number];

function around(boxes: readonly Box[]): Box {
  const [w, s, e, n] = [0, 1, 2, 3].map((side) => boxes.map((box) => box[side] as number)) as [
    number[],
    number[],
    number[],
    number[],
  ];
  return [Math.min(...w), Math.min(...s), Math.max(...e), Math.max(...n)];
}

function boxOf(geometry: GeoJSON.Geometry): Box | undefined {
  if (geometry.type !== 'Polygon' && geometry.type !== 'MultiPolygon') return undefined;
  const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat();
  const box = [Infinity, Infinity, -Infinity, -Infinity] as [number, number, number, number];
  for (const [x, y] of rings.flat() as [number, number][]) {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  return box;
}
