import { type AskedArea, nothingDrawn } from '../asked.ts';
import { ProblemError } from '../problem-error.ts';
import { vertexCount } from '../vertex-count.ts';
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
 * What is asked of `/run`: one operation on all polygons united, or a count in each. Throws a
 * ProblemError (400), or OverBudget.
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
      member: 'input',
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
  const process = isMany ? 'groupedCountMany' : type;
  return {
    process,
    isMany,
    areas,
    questions: [question],
    drawn,
    form: { of: isMany ? ('each' as const) : ('one' as const), type },
  };
}

/** The areas of a body: each polygon for itself, or one of all. */
function areasOf(
  { polygon, wkaoi }: RunBody['input'],
  isMany: boolean,
  reading: AskedSources & Parameters<typeof areaOf>[1],
): AskedArea[] {
  const given = { named: wkaoi, member: 'input.wkaoi', drawnMember: 'input.polygon' };
  if (polygon == null) return [areaOf({ ...given, texts: undefined }, reading)];
  if (polygon.length === 0) throw new ProblemError(400, 'input.polygon: is empty, expected at least one polygon');
  const texts = textsOf(polygon, 'input.polygon');
  if (!isMany) return [areaOf({ ...given, texts }, reading)];
  checkMembers(polygon.length, 'input.polygon: polygons', reading);
  return texts.map((text) => areaOf({ ...given, texts: [text] }, reading));
}
