import { contractOf } from '@cellshed/contracts';
import { ProblemError, refused } from '../problems/problem-error.ts';
import { type AskedArea, nothingDrawn } from '../processes/asked.ts';
import { vertexCount } from '../processes/vertex-count.ts';
import { areaOf } from './areas.ts';
import { type AskedSources, checkMembers, type DropInAsked } from './asked.ts';
import type { RunBody } from './bodies.ts';
import { crsNamed } from './crs.ts';
import { readLines, textsOf } from './geometry.ts';
import { type OperationName, operationNamed, questionOf } from './questions.ts';

const operations: readonly OperationName[] = [
  'RasterGroupedCount',
  'RasterGroupedCountMany',
  'RasterGroupedAverage',
  'RasterLinesJoin',
  'RasterSummary',
];

/**
 * Reads the questions of `/run`: one operation on the union of all polygons, or a count in each.
 * Throws a ProblemError (400), or OverBudget.
 */
export function askedOfRun({ input }: RunBody, sources: AskedSources): DropInAsked {
  const { vector, vectorCRS } = input;
  const drawn = nothingDrawn();
  const name = operationNamed(input.operationType, operations);
  const vertices = vertexCount(sources.requestVertexLimit);
  const crs = crsNamed(input.polygonCRS);
  crsNamed(input.rasterCRS);
  const question = questionOf(
    { ...input, name },
    {
      ...sources,
      path: 'input',
      lines: () => {
        if (vector == null) throw new ProblemError(400, 'Missing required vector');
        if (vectorCRS == null) throw new ProblemError(400, 'Missing required vectorCRS');
        return readLines(textsOf(vector, 'input.vector'), { ...sources, drawn, vertices, crs: crsNamed(vectorCRS) });
      },
    },
  );
  const { type } = question;
  const isMany = name === 'RasterGroupedCountMany';
  const areas = areasOf(input, isMany, { ...sources, crs, drawn, vertices });
  const process = isMany ? contractOf('groupedCount').many : type;
  return {
    process,
    isMany,
    areas,
    questions: [question],
    drawn,
    form: { of: isMany ? ('each' as const) : ('one' as const), type },
  };
}

/** The areas of a body: each polygon by itself, or the union of all. */
function areasOf(
  { polygon, wkaoi }: RunBody['input'],
  isMany: boolean,
  reading: AskedSources & Parameters<typeof areaOf>[1],
): AskedArea[] {
  const given = { named: wkaoi, path: 'input.wkaoi', drawnPath: 'input.polygon' };
  if (polygon == null) return [areaOf({ ...given, texts: undefined }, reading)];
  if (polygon.length === 0)
    throw refused({ path: 'input.polygon', problem: 'is empty, expected at least one polygon' });
  const texts = textsOf(polygon, 'input.polygon');
  if (!isMany) return [areaOf({ ...given, texts }, reading)];
  checkMembers(polygon.length, { path: 'input.polygon', what: 'polygons' }, reading);
  return texts.map((text) => areaOf({ ...given, texts: [text] }, reading));
}
