import type { Map as MapLibre, MapMouseEvent } from 'maplibre-gl';
import { base, client } from '../api.ts';
import type { Table } from '../ask/use-catalog.ts';
import { color } from './colors.ts';
import { setVisible } from './set-visible.ts';

/** An area of a table, as a map shows it. */
export interface ShownArea {
  readonly id: string;
  readonly name?: string;
}

/** The outlines of the areas of tables, of one table at a time. */
export interface TableLayers {
  show(tables: readonly Table[], table: string | undefined): void;
  /** The layers that are lines. */
  lines(): readonly string[];
  /** Has the outline of an area stand out. */
  highlight(area: string | undefined): void;
  /** The area under the pointer. */
  at(point: MapMouseEvent['point']): ShownArea | undefined;
  /** Whether there are areas which are too many to be shown; undefined: that is not known. */
  isCrowd(): Promise<boolean | undefined>;
}

/** Adds tables to a map, below the layer of this name. */
export function addTableLayers(map: MapLibre, above: string): TableLayers {
  const added = new Set<string>();
  let shown: string | undefined;
  const isThere = () => shown !== undefined && map.getLayer(`fill-${shown}`) !== undefined;
  return {
    show: (tables, table) => {
      shown = table;
      for (const { id } of tables) if (id !== table) setVisible(map, layersOf(id), false);
      if (table === undefined || !tables.some(({ id }) => id === table)) return;
      if (!added.has(table)) add(table);
      setVisible(map, layersOf(table), true);
    },
    lines: () => [...added].map((table) => `table-${table}`),
    highlight: (area) => {
      if (isThere()) map.setFilter(`hover-${shown}`, ['==', ['get', 'id'], area ?? '']);
    },
    at: (point) => {
      const [feature] = isThere() ? map.queryRenderedFeatures(point, { layers: [`fill-${shown}`] }) : [];
      return feature?.properties as ShownArea | undefined;
    },
    isCrowd: async () => {
      const table = shown;
      if (table === undefined || !isThere()) return undefined;
      if (map.queryRenderedFeatures({ layers: [`fill-${table}`] }).length > 0) return false;
      const { numberMatched } = await client.areas(table, { bbox: boundsOf(map), limit: 1 });
      return numberMatched > 0;
    },
  };

  function add(table: string): void {
    added.add(table);
    const source = `table-${table}`;
    const tiles = [`${new URL('api/collections/', base).href}${encodeURIComponent(table)}/tiles/{z}/{x}/{y}`];
    map.addSource(source, { type: 'vector', tiles, maxzoom: 14, promoteId: 'id' });
    const common = { source, 'source-layer': 'areas' };
    map.addLayer({ id: `fill-${table}`, type: 'fill', ...common, paint: { 'fill-opacity': 0 } }, above);
    const line = { 'line-color': color('--ink'), 'line-opacity': 0.7, 'line-width': 1 };
    // Beyond that limit a corner is cut off by further triangles, which takes longer to draw.
    const layout = { 'line-miter-limit': 6 };
    map.addLayer({ id: source, type: 'line', source, 'source-layer': 'borders', layout, paint: line }, above);
    const hover = { 'line-color': color('--accent'), 'line-width': 2.5 };
    map.addLayer(
      { id: `hover-${table}`, type: 'line', ...common, paint: hover, filter: ['==', ['get', 'id'], ''] },
      above,
    );
  }
}

function layersOf(table: string): readonly string[] {
  return [`fill-${table}`, `table-${table}`, `hover-${table}`];
}

function boundsOf(map: MapLibre): number[] {
  const most = [180, 90, 180, 90];
  const sides = map.getBounds().toArray().flat();
  return sides.map((degrees, i) => Math.min(most[i] as number, Math.max(-(most[i] as number), degrees)));
}
