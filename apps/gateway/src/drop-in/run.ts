import type { ResultDocument } from '@catchment/operations';
import { ProblemError } from '../problem.ts';
import type { Drawn } from '../resolve-area.ts';
import { vertexCount } from '../vertex-count.ts';
import { type AskedArea, areaOf, requestOn } from './areas.ts';
import { type Asked, type AskedSources, checkMembers } from './asked.ts';
import type { RunBody } from './bodies.ts';
import { crsNamed } from './crs.ts';
import { type GeometryOptions, readLines, textsOf } from './geometry.ts';
import { type OperationName, operationNamed, questionOf } from './questions.ts';

const operations: readonly OperationName[] = [
  'RasterGroupedCount',
  'RasterGroupedCountMany',
  'RasterGroupedAverage',
  'RasterLinesJoin',
  'RasterSummary',
];

/** What is asked of `/run`: one operation on all polygons united, or a count in each. Throws a ProblemError (400). */
export async function askedOfRun({ input }: RunBody, sources: AskedSources): Promise<Asked> {
  const { vector, vectorCRS } = input;
  const drawn: Drawn = new Map();
  const name = operationNamed(input.operationType, operations);
  const counted = { vertexLimit: sources.vertexLimit, vertices: vertexCount(sources.requestVertexLimit) };
  const crs = crsNamed(input.polygonCRS);
  crsNamed(input.rasterCRS);
  const question = questionOf(
    { ...input, name },
    {
      ...sources,
      member: 'input',
      lines: () => {
        if (vector == null) throw new ProblemError(400, 'Missing required vector');
        if (vectorCRS == null) throw new ProblemError(400, 'Missing required vectorCRS');
        return readLines(textsOf(vector, 'input.vector'), { ...counted, drawn, crs: crsNamed(vectorCRS) });
      },
    },
  );
  const reading = { ...sources, ...counted, crs };
  const isMany = name === 'RasterGroupedCountMany';
  const areas = await areasOf(input, isMany, reading);
  const { answer } = question;
  if (!isMany) {
    const request = requestOn(areas[0] as AskedArea, question, drawn);
    return { request, drawn, answer: ([result]) => ({ result: answer(result as ResultDocument) }) };
  }
  const members = areas.map((area) => requestOn(area, question, drawn));
  return {
    request: { operation: 'groupedCountMany', members },
    drawn,
    answer: (results) => ({ result: results.map(answer) }),
  };
}

/** The areas of a body: each polygon for itself, or one of all. */
async function areasOf(
  { polygon, wkaoi }: RunBody['input'],
  isMany: boolean,
  reading: AskedSources & GeometryOptions,
): Promise<AskedArea[]> {
  const given = { named: wkaoi, member: 'input.wkaoi', drawnMember: 'input.polygon' };
  if (polygon == null) return [await areaOf({ ...given, texts: undefined }, reading)];
  if (polygon.length === 0) throw new ProblemError(400, 'input.polygon: is empty, expected at least one polygon');
  const texts = textsOf(polygon, 'input.polygon');
  if (!isMany) return [await areaOf({ ...given, texts }, reading)];
  checkMembers(polygon.length, 'input.polygon: polygons', reading);
  const areas: AskedArea[] = [];
  for (const text of texts) areas.push(await areaOf({ ...given, texts: [text] }, reading));
  return areas;
}
