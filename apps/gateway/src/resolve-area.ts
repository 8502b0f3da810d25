import { fingerprintOfArea, fingerprintOfLines, type NamedCrs, parseArea, parseLines } from '@catchment/areas';
import type { Budget } from '@catchment/budget';
import type { AskedArea, DrawnGeometries } from './asked.ts';
import { ProblemError } from './problem-error.ts';
import type { VertexCount } from './vertex-count.ts';

export interface Drawing {
  /** What sentences call it. */
  readonly member: string;
  /** The CRS that the request names. */
  readonly crs: NamedCrs | undefined;
  /** What is drawn is put among these. */
  readonly drawn: DrawnGeometries;
  readonly vertexLimit: number;
  readonly vertices: VertexCount;
  readonly budget: Budget;
}

const expected = 'table/id of a well-known area, or GeoJSON';

/**
 * The area that a client means: a well-known one, or a drawn one, checked. Throws a ProblemError
 * (400) that names the member and what was expected, or OverBudget.
 */
export function resolveArea(area: unknown, drawing: Drawing): AskedArea {
  const { member, crs, drawn, vertexLimit: vertices, budget } = drawing;
  if (typeof area === 'string') return wellKnown(area, member);
  const parsed = parseArea(area, { vertices, crs, budget });
  if ('problem' in parsed) throw new ProblemError(400, `${member}: ${parsed.problem}`);
  drawing.vertices.add(parsed.area.polygons.flat(), member);
  const reference = fingerprintOfArea(parsed.area, budget);
  drawn.areas.set(reference, Buffer.from(JSON.stringify(parsed.area)));
  return { drawn: reference };
}

/** The same for lines that came with a request. */
export function resolveLines(lines: unknown, drawing: Drawing): { readonly drawn: string } {
  const { member, crs, drawn, vertexLimit: vertices, budget } = drawing;
  const parsed = parseLines(lines, { vertices, crs, budget });
  if ('problem' in parsed) throw new ProblemError(400, `${member}: ${parsed.problem}`);
  drawing.vertices.add(parsed.lines.lines, member);
  const reference = fingerprintOfLines(parsed.lines, budget);
  drawn.lines.set(reference, Buffer.from(JSON.stringify(parsed.lines)));
  return { drawn: reference };
}

function wellKnown(text: string, member: string): AskedArea {
  const slash = text.indexOf('/');
  const [table, id] = [text.slice(0, slash), text.slice(slash + 1)];
  const shown = text.slice(0, 200);
  if (slash < 1 || id === '')
    throw new ProblemError(400, `${member}: is ${JSON.stringify(shown)}, expected ${expected}`);
  return { wellKnown: { table, id }, member, shown };
}
