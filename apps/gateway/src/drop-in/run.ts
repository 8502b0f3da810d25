import type { ResultDocument } from '@catchment/operations';
import { ProblemError } from '../problem.ts';
import type { Drawn } from '../resolve-area.ts';
import { type Asked, type AskedSources, checkMembers } from './asked.ts';
import type { RunBody } from './bodies.ts';
import { toLonLat } from './crs.ts';
import { readArea, readLines, textsOf } from './geometry.ts';
import { type OperationName, operationNamed, questionOf } from './questions.ts';

const operations: readonly OperationName[] = [
  'RasterGroupedCount',
  'RasterGroupedCountMany',
  'RasterGroupedAverage',
  'RasterLinesJoin',
  'RasterSummary',
];

/** What is asked of `/run`: one operation on all polygons united, or a count in each. Throws a ProblemError (400). */
export function askedOfRun({ input }: RunBody, sources: AskedSources): Asked {
  const { polygon, vector, vectorCRS } = input;
  const drawn: Drawn = new Map();
  const name = operationNamed(input.operationType, operations);
  const reading = { ...sources, drawn, toLonLat: toLonLat(input.polygonCRS) };
  toLonLat(input.rasterCRS);
  const { request, answer } = questionOf(
    { ...input, name },
    {
      ...sources,
      member: 'input',
      lines: () => {
        if (vector == null) throw new ProblemError(400, 'Missing required vector');
        if (vectorCRS == null) throw new ProblemError(400, 'Missing required vectorCRS');
        return readLines(textsOf(vector, 'input.vector'), { ...reading, toLonLat: toLonLat(vectorCRS) });
      },
    },
  );
  if (polygon.length === 0) throw new ProblemError(400, 'input.polygon: is empty, expected at least one polygon');
  const polygons = textsOf(polygon, 'input.polygon');
  if (name !== 'RasterGroupedCountMany') {
    const united = { ...request, area: readArea(polygons, reading) };
    return { request: united, drawn, answer: ([result]) => ({ result: answer(result as ResultDocument) }) };
  }
  checkMembers(polygons.length, 'input.polygon: polygons', sources);
  const members = polygons.map((one) => ({ ...request, area: readArea([one], reading) }));
  return {
    request: { operation: 'groupedCountMany', members },
    drawn,
    answer: (results) => ({ result: results.map(answer) }),
  };
}
