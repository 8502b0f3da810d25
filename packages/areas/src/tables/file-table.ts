import { isRefusal, type Refusal } from '@cellshed/contracts';
import { areaWarnings } from '../area-warnings.ts';
import { polygonsInLonLat } from '../in-lon-lat.ts';
import type { ParsedPolygons } from '../rings.ts';
import { type AreaRecord, type AreaTable, type Bbox, type ListedArea, UnusableAreaError } from '../table.ts';
import { around, bboxOf, boxOnEarth, extentBox, liesIn, mayLeap, meets } from './bbox.ts';
import { boxIndex } from './box-index.ts';
import { type Entry, entriesAt, selectEntries, valueText } from './entries.ts';

/** A file whose ids are in memory and whose areas are read when they are asked for. */
export interface FileSource<Row> extends Pick<AreaTable, 'name' | 'version' | 'notes' | 'currentVersion' | 'close'> {
  readonly entries: ReadonlyMap<string, Entry<Row>>;
  read(row: Row): { readonly properties: AreaRecord['properties']; readonly geometry: ParsedPolygons | Refusal };
  /** The values of a property, by rows. Throws a sentence where there is no such property. */
  valuesOf(property: string): ReadonlyMap<Row, unknown>;
  /** Throws if the file no longer holds what was read when it was opened. */
  checkUnchanged?(): void;
  /**
   * A box that is available without reading the area. It may be a little larger than the area's
   * box.
   */
  outerBoxOf?(row: Row): Bbox | undefined;
}

/** An area table over a file. */
export function fileTable<Row>(source: FileSource<Row>): AreaTable {
  const { name, version, notes, entries, currentVersion, close } = source;

  function read({ id, name, row }: Entry<Row>) {
    const { properties, geometry } = source.read(row);
    return { record: { id, ...(name === undefined ? {} : { name }), properties }, geometry };
  }

  const boxes = new Map<Row, Bbox | undefined>();
  let extent: Bbox | undefined;
  let index: ReturnType<typeof boxIndex<Row>> | undefined;

  function boxOf(row: Row): Bbox | undefined {
    if (!boxes.has(row)) {
      const shown = inLonLat(source.read(row).geometry);
      boxes.set(row, isRefusal(shown) ? undefined : boxOnEarth(shown.polygons));
    }
    return boxes.get(row);
  }

  /** The box around the positions as the source has them. */
  function plainBoxOf(row: Row): Bbox | undefined {
    const { geometry } = source.read(row);
    return isRefusal(geometry) ? undefined : bboxOf(geometry.polygons);
  }

  /** Whether an area is near a box. It reads only areas whose outer box leaves it open. */
  function isNear(row: Row, bbox: Bbox): boolean {
    if (source.outerBoxOf !== undefined) {
      const outer = source.outerBoxOf(row);
      if (outer === undefined) return false;
      if (!mayLeap(outer)) {
        if (!meets(outer, bbox)) return false;
        if (liesIn(outer, bbox)) return true;
      }
    }
    const box = boxOf(row);
    return box !== undefined && meets(box, bbox);
  }

  function listed(entry: Entry<Row>): ListedArea {
    const { record, geometry } = read(entry);
    const shown = inLonLat(geometry);
    if (isRefusal(shown)) return { ...record, polygons: [], problem: shown.problem };
    return { ...record, polygons: shown.polygons, bbox: boxOnEarth(shown.polygons) };
  }

  return {
    name,
    version,
    notes,
    currentVersion,
    close,
    async has(id) {
      return entries.has(id);
    },
    async get(id) {
      source.checkUnchanged?.();
      const entry = entries.get(id);
      if (entry === undefined) return undefined;
      const { record, geometry } = read(entry);
      if (isRefusal(geometry)) {
        throw new UnusableAreaError(`area table ${name}: area ${inOneLine(id)}: ${geometry.problem}`, record);
      }
      const { polygons, crs } = geometry;
      const warnings = [...notes, ...areaWarnings(geometry)];
      return { ...record, polygons, ...(crs && { crs }), warnings };
    },
    async list(query) {
      source.checkUnchanged?.();
      const { bbox } = query;
      const { matched, page } = selectEntries(entries, query, bbox && ((row) => isNear(row, bbox)));
      return { matched, items: upTo(query.vertices, page, listed) };
    },
    async some(ids, vertices) {
      source.checkUnchanged?.();
      return upTo(
        vertices,
        ids.flatMap((id) => entries.get(id) ?? []),
        listed,
      );
    },
    async withBox(bbox) {
      source.checkUnchanged?.();
      index ??= boxIndex(entries, (row) => source.outerBoxOf?.(row) ?? plainBoxOf(row));
      return (await index)(bbox);
    },
    storedBytes(asked) {
      if (typeof asked === 'string') return entries.get(asked)?.bytes;
      if (asked.bbox !== undefined || (asked.q ?? '') !== '') return undefined;
      const page = entriesAt(entries, asked.offset, asked.limit);
      return page.reduce<number | undefined>(
        (sum, { bytes }) => (sum === undefined || bytes === undefined ? undefined : sum + bytes),
        0,
      );
    },
    async names(ids) {
      const named = ids.map((id) => [id, entries.get(id)?.name] as const);
      return new Map(named.filter((one): one is [string, string] => one[1] !== undefined));
    },
    async *values(property) {
      source.checkUnchanged?.();
      const values = source.valuesOf(property);
      for (const { id, row } of entries.values()) yield [id, valueText(values.get(row))] as const;
    },
    async *ids() {
      yield* entries.keys();
    },
    async extent() {
      source.checkUnchanged?.();
      extent ??= [...entries.values()]
        .map(({ row }) => source.outerBoxOf?.(row) ?? boxOf(row))
        .map((box) => box && extentBox(box))
        .reduce(around, undefined);
      return extent;
    },
  };
}

/**
 * The areas of entries, up to a number of vertices together; at least one. It reads at most one
 * area more.
 */
function upTo<Row>(
  vertices = Number.POSITIVE_INFINITY,
  entries: readonly Entry<Row>[],
  listed: (entry: Entry<Row>) => ListedArea,
): readonly ListedArea[] {
  const items: ListedArea[] = [];
  let sum = 0;
  for (const entry of entries) {
    const area = listed(entry);
    for (const ring of area.polygons.flat()) sum += ring.length;
    if (items.length > 0 && sum > vertices) break;
    items.push(area);
  }
  return items;
}

function inOneLine(id: string): string {
  return id.replaceAll(/\p{Cc}+/gu, ' ');
}

function inLonLat(geometry: ParsedPolygons | Refusal) {
  return isRefusal(geometry) ? geometry : polygonsInLonLat(geometry);
}
