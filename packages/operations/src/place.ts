import type { Area, Lines, Polygons } from '@catchment/areas';
import type { OpenAreas, OpenLines } from '@catchment/catalog';
import type { Identified } from './identify.ts';
import { type PlacedArea, placeArea, placementCache } from './place-area.ts';
import { type Lattice, spansInStack } from './stacks.ts';

/** Reads what was drawn, by its fingerprint; asked only for what has not been placed lately. */
export interface DrawnGeometries {
  area(drawn: string): Area;
  lines(drawn: string): Lines;
}

/** Finds the cells of a request's area within the bounds of a lattice, as its stack has them. Throws what `refusal` knows when there are none to be found. */
export type Placer = (identified: Identified, lattice: Lattice, geometries: Geometries) => Promise<PlacedArea>;

/** Where areas come from: what was drawn, and tables. */
export interface Geometries {
  readonly drawn: DrawnGeometries | undefined;
  readonly tables: Pick<OpenAreas, 'use'>;
}

export function openPlacer(sources: { readonly lines: Pick<OpenLines, 'use'> }): Placer {
  const placed = placementCache();
  return (identified, lattice, { drawn, tables }) => {
    const { place, request } = identified;
    return placed.get(JSON.stringify([place, lattice]), async () => {
      const area = await areaOf(identified, tables, drawn);
      const lines = await linesOf(identified, area, { ...sources, drawn });
      const own = placeArea(area, lattice, { coverage: request.coverage, lines });
      const [column, row] = own.firstVertex;
      const firstVertex = [column + lattice.column, row + lattice.row] as const;
      return { ...own, firstVertex, spans: spansInStack(own.spans, lattice) };
    });
  };
}

async function areaOf(
  { request: { area } }: Identified,
  tables: Pick<OpenAreas, 'use'>,
  drawn: DrawnGeometries | undefined,
): Promise<Area> {
  if ('drawn' in area) {
    if (!drawn) throw new Error(`the geometry of drawn area ${area.drawn} is missing`);
    return drawn.area(area.drawn);
  }
  const found = await tables.use(area.table, (table) => table.get(area.id));
  if (!found) throw new Error(`table ${area.table} no longer has area ${JSON.stringify(area.id)}`);
  return found;
}

async function linesOf(
  { request, definition }: Identified,
  { polygons }: Area,
  { lines, drawn }: { readonly lines: Pick<OpenLines, 'use'>; readonly drawn: DrawnGeometries | undefined },
): Promise<Lines | undefined> {
  if (definition.type !== 'linesJoin') return undefined;
  if (definition.lines !== undefined) return lines.use(definition.lines, (source) => source.within(boxOf(polygons)));
  if (!drawn || !request.lines) throw new Error('the lines of the request are missing');
  return drawn.lines(request.lines.drawn);
}

/**
 * A box around all that lies in the area. Its edges are straight in the raster's CRS, not in longitude and latitude: between vertices
 * L degrees apart they leave the box of the vertices by up to L² tan(latitude) / 460 degrees, as parallels are no great circles.
 */
function boxOf(polygons: Polygons): [west: number, south: number, east: number, north: number] {
  const box: [number, number, number, number] = [180, 90, -180, -90];
  for (const [lon, lat] of polygons.flat(2)) {
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  }
  const [west, south, east, north] = box;
  const margin = 0.01 * Math.max(east - west, north - south) ** 2;
  return [west - margin, south - margin, east + margin, north + margin];
}
