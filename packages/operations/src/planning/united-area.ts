import type { Area, AreaTable } from '@cellshed/areas';
import { isRefusal, type Refusal, refusalText, type UnitsReference } from '@cellshed/contracts';
import type { Units } from '../totals/units.ts';

/** Thrown where areas cannot be united because of what was asked. */
export class NotUnited extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusalText(refusal));
    this.refusal = refusal;
  }
}

/** The most vertices of areas that are united; about 100 bytes of memory each. */
const mostVertices = 5_000_000;

/** The most warnings of units that a result repeats. */
const mostWarnings = 20;

/** The polygons of several areas of a table as those of one: a cell counts once. */
export async function unitedArea(
  area: UnitsReference,
  { table, units }: { readonly table: AreaTable; readonly units: Pick<Units, 'of'> },
): Promise<Area> {
  const ids = await units.of(area, table);
  if (isRefusal(ids)) throw new NotUnited(ids);
  const polygons: Area['polygons'][number][] = [];
  const warnings: string[] = [];
  let [vertices, crs]: [number, Area['crs']] = [0, undefined];
  for (const id of ids) {
    const unit = await table.get(id);
    if (!unit) throw new Error(`table ${table.name} no longer has area ${JSON.stringify(id)}`);
    for (const ring of unit.polygons.flat()) vertices += ring.length;
    if (vertices > mostVertices) {
      const problem = `its ${ids.length} areas have more than ${mostVertices.toLocaleString('en')} vertices together, the most that are united; ask for an operation that adds up`;
      throw new NotUnited({ path: 'by', problem });
    }
    polygons.push(...unit.polygons);
    crs ??= unit.crs;
    if (warnings.length < mostWarnings) warnings.push(...unit.warnings.map((one) => `${table.name}/${id}: ${one}`));
  }
  return { polygons, ...(crs && { crs }), warnings: warnings.slice(0, mostWarnings) };
}
