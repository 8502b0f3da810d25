import { bbox } from '@turf/bbox';
import type { Polygons } from '../area.ts';
import { crossingWarnings } from '../crossings.ts';
import type { ParsedPolygons } from '../geojson.ts';
import type { Problem } from '../rings.ts';
import type { AreaRecord, AreaTable, Bbox } from '../table.ts';
import { type Entry, selectEntries } from './entries.ts';

/** A file whose ids are known and whose areas are read when they are asked for. */
export interface FileSource<Row> extends Pick<AreaTable, 'name' | 'version' | 'notes' | 'currentVersion' | 'close'> {
  readonly entries: ReadonlyMap<string, Entry<Row>>;
  read(row: Row): { readonly properties: AreaRecord['properties']; readonly geometry: ParsedPolygons | Problem };
  /** A box around the area, little larger than it; none if it has no geometry. */
  bboxOf(row: Row): Bbox | undefined;
}

/** An area table over a file. */
export function fileTable<Row>(source: FileSource<Row>): AreaTable {
  const { name, version, notes, entries, currentVersion, close } = source;

  function read({ id, name, row }: Entry<Row>) {
    const { properties, geometry } = source.read(row);
    return { record: { id, ...(name === undefined ? {} : { name }), properties }, geometry };
  }

  return {
    name,
    version,
    notes,
    currentVersion,
    close,
    async get(id) {
      const entry = entries.get(id);
      if (entry === undefined) return undefined;
      const { record, geometry } = read(entry);
      if ('problem' in geometry) throw new Error(`area table ${name}: area ${id}: ${geometry.problem}`);
      const { polygons, places } = geometry;
      return { ...record, polygons, warnings: crossingWarnings(polygons, places) };
    },
    async list(query) {
      const { matched, page } = selectEntries(entries, query, (row) => source.bboxOf(row));
      const items = page.map((entry) => {
        const { record, geometry } = read(entry);
        if ('problem' in geometry) return { ...record, polygons: [], problem: geometry.problem };
        const { polygons } = geometry;
        return { ...record, polygons, bbox: bboxOfPolygons(polygons) };
      });
      return { matched, items };
    },
    async *ids() {
      yield* entries.keys();
    },
  };
}

/** The bounding box of at least one polygon. */
export function bboxOfPolygons(polygons: Polygons): Bbox {
  // turf reads only; its types ask for lists that may be written.
  const coordinates = polygons as unknown as number[][][][];
  return bbox({ type: 'MultiPolygon', coordinates }) as [number, number, number, number];
}
