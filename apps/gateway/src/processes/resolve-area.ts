import { fingerprintOfArea, fingerprintOfLines, type NamedCrs, parseArea, parseLines } from '@cellshed/areas';
import type { Budget } from '@cellshed/budget';
import { isRefusal } from '@cellshed/contracts';
import { refused } from '../problems/problem-error.ts';
import { nameOfFeature } from './area-names.ts';
import type { AskedArea, DrawnGeometries, WellKnown } from './asked.ts';
import type { VertexCount } from './vertex-count.ts';

export interface Drawing {
  /** The path of the area in the body. */
  readonly path: string;
  /** The CRS that the request names. */
  readonly crs: NamedCrs | undefined;
  /** The collection to which a drawn geometry is added. */
  readonly drawn: DrawnGeometries;
  readonly vertexLimit: number;
  readonly vertices: VertexCount;
  readonly budget: Budget;
  /** Whether all that drain into the area are meant, too. */
  readonly upstream?: boolean;
}

const expected = 'table/id of a well-known area, or GeoJSON';

/**
 * Reads an area: a well-known one, or a drawn one, which is checked. Throws a ProblemError (400)
 * with the path and what was expected, or OverBudget.
 */
export function resolveArea(area: unknown, drawing: Drawing): AskedArea {
  const { path, crs, drawn, vertexLimit: vertices, budget, upstream = false } = drawing;
  if (typeof area === 'string') {
    return { wellKnown: wellKnownIn(area, path, expected), path, shown: area.slice(0, 200), upstream };
  }
  if (upstream) {
    const problem = 'is true, but an area is drawn; only areas of tables have others that drain into them';
    throw refused({ path: 'inputs.upstream', problem });
  }
  const parsed = parseArea(area, { vertices, crs, budget });
  if (isRefusal(parsed)) throw refused(parsed, path);
  drawing.vertices.add(parsed.area.polygons.flat(), path);
  const reference = fingerprintOfArea(parsed.area, budget);
  drawn.areas.set(reference, Buffer.from(JSON.stringify(parsed.area)));
  const name = nameOfFeature(area);
  return { drawn: reference, ...(name && { name }) };
}

/** Reads lines that came with a request, in the same way. */
export function resolveLines(lines: unknown, drawing: Drawing): { readonly drawn: string } {
  const { path, crs, drawn, vertexLimit: vertices, budget } = drawing;
  const parsed = parseLines(lines, { vertices, crs, budget });
  if (isRefusal(parsed)) throw refused(parsed, path);
  drawing.vertices.add(parsed.lines.lines, path);
  const reference = fingerprintOfLines(parsed.lines, budget);
  drawn.lines.set(reference, Buffer.from(JSON.stringify(parsed.lines)));
  return { drawn: reference };
}

/** Reads the name of a well-known area. Throws a ProblemError (400) that says what was expected. */
export function wellKnownIn(text: string, path: string, expected: string): WellKnown {
  const slash = text.indexOf('/');
  const [table, id] = [text.slice(0, slash), text.slice(slash + 1)];
  if (slash < 1 || id === '')
    throw refused({ path, problem: `is ${JSON.stringify(text.slice(0, 200))}, expected ${expected}` });
  return { table, id };
}
