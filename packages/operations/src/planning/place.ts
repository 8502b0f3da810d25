import type { Area, Lines } from '@cellshed/areas';
import type { OpenAreas, OpenLines } from '@cellshed/catalog';
import { hasUnits, lineSourceOf, needsLines } from '@cellshed/contracts';
import type { PlaceBudgets } from '../effort.ts';
import type { Identified } from '../identify.ts';
import { type Lattice, spansInStack } from '../stacks.ts';
import type { Units } from '../totals/units.ts';
import { type PlacedArea, placeArea, placementCache } from './place-area.ts';
import { unitedArea } from './united-area.ts';

/** Reads what was drawn, by its fingerprint; asked only for what has not been placed lately. */
export interface DrawnGeometries {
  area(drawn: string): Area;
  lines(drawn: string): Lines;
}

/**
 * Finds the cells of a request's area within the bounds of a lattice, as its stack has them. Throws
 * what `refusal` knows when there are none to be found.
 */
export type Placer = (
  identified: Identified,
  lattice: Lattice,
  geometries: Geometries & { readonly budgets: PlaceBudgets },
) => Promise<PlacedArea>;

/** The sources of areas: what was drawn, and tables. */
export interface Geometries {
  readonly drawn: DrawnGeometries | undefined;
  readonly tables: Pick<OpenAreas, 'use'>;
}

export function openPlacer(sources: PlacerSources): Placer {
  const placed = placementCache();
  const textOf = latticeTexts();
  return (identified, lattice, { drawn, tables, budgets }) => {
    const { place, request } = identified;
    return placed.get(`${place} ${textOf(lattice)}`, async () => {
      const area = await areaOf(identified, { ...sources, tables, drawn });
      const lines = await linesOf(identified, area, { ...sources, drawn });
      const own = placeArea(area, lattice, { coverage: request.coverage, lines, budgets });
      const [column, row] = own.firstVertex;
      const firstVertex = [column + lattice.column, row + lattice.row] as const;
      return { ...own, firstVertex, spans: spansInStack(own.spans, lattice) };
    });
  };
}

/** The text of each lattice is made once: many areas are placed on one. */
function latticeTexts(): (lattice: Lattice) => string {
  const texts = new WeakMap<Lattice, string>();
  return (lattice) => {
    const known = texts.get(lattice);
    if (known !== undefined) return known;
    const text = JSON.stringify(lattice);
    texts.set(lattice, text);
    return text;
  };
}

interface PlacerSources {
  readonly lines: Pick<OpenLines, 'use'>;
  readonly units: Pick<Units, 'of'>;
}

async function areaOf(
  { request: { area } }: Identified,
  { tables, drawn, units }: Geometries & Pick<PlacerSources, 'units'>,
): Promise<Area> {
  if ('drawn' in area) {
    if (!drawn) throw new Error(`the geometry of drawn area ${area.drawn} is missing`);
    return drawn.area(area.drawn);
  }
  if (hasUnits(area)) return tables.use(area.table, (table) => unitedArea(area, { table, units }));
  const found = await tables.use(area.table, (table) => table.get(area.id));
  if (!found) throw new Error(`table ${area.table} no longer has area ${JSON.stringify(area.id)}`);
  return found;
}

async function linesOf(
  { request, definition }: Identified,
  area: Area,
  { lines, drawn }: { readonly lines: Pick<OpenLines, 'use'>; readonly drawn: DrawnGeometries | undefined },
): Promise<Lines | undefined> {
  const name = lineSourceOf(definition);
  if (name !== undefined) return lines.use(name, (source) => source.near(area));
  if (!needsLines(definition)) return undefined;
  if (!drawn || !request.lines) throw new Error('the lines of the request are missing');
  return drawn.lines(request.lines.drawn);
}
