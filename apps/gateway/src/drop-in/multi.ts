import type { ResultDocument } from '@catchment/operations';
import { ProblemError } from '../problem.ts';
import type { Drawn } from '../resolve-area.ts';
import { vertexCount } from '../vertex-count.ts';
import { type AskedArea, areaOf, type GivenArea, requestOn } from './areas.ts';
import { type Asked, type AskedSources, checkMembers } from './asked.ts';
import type { MultiBody } from './bodies.ts';
import { crsNamed } from './crs.ts';
import { readLines, textsOf } from './geometry.ts';
import { type OperationName, operationNamed, type Question, questionOf } from './questions.ts';

const operationNames: readonly OperationName[] = ['RasterGroupedCount', 'RasterGroupedAverage', 'RasterLinesJoin'];

/** What is asked of `/multi`: each operation on each shape. Throws a ProblemError (400). */
export async function askedOfMulti(
  { shapes, streamLines, operations }: MultiBody,
  sources: AskedSources,
): Promise<Asked> {
  const drawn: Drawn = new Map();
  const reading = { ...sources, crs: crsNamed('LatLng'), vertices: vertexCount(sources.requestVertexLimit) };
  const lines = once(() => {
    if (streamLines == null) throw new ProblemError(400, 'Missing required streamLines');
    return readLines(textsOf(streamLines, 'streamLines'), { ...reading, drawn });
  });
  const questions = operations.map((operation, i) => {
    const name = operationNamed(operation.name, operationNames);
    return questionOf({ ...operation, name }, { ...sources, member: `operations.${i}`, lines });
  });
  if (shapes.length === 0) throw new ProblemError(400, 'shapes: is empty, expected at least one shape');
  checkMembers(
    shapes.length * operations.length,
    `shapes: ${shapes.length} by ${operations.length} operations`,
    sources,
  );
  // As in the original: of what comes twice under one id or label, the last is meant.
  const asked = new Map(operations.map(({ label }, i) => [label, questions[i] as Question]));
  const areas = new Map<string, AskedArea>();
  for (const [i, { id, shape, wkaoi }] of shapes.entries())
    areas.set(id, await areaOf(shapeOf(i, shape, wkaoi), reading));
  const members = [...areas.values()].flatMap((area) =>
    Array.from(asked.values(), (question) => requestOn(area, question, drawn)),
  );
  const answersOf = (results: readonly ResultDocument[]) =>
    Object.fromEntries(Array.from(asked, ([label, { answer }], i) => [label, answer(results[i] as ResultDocument)]));
  return {
    request: { operation: 'multi', members },
    drawn,
    answer: (results) =>
      Object.fromEntries(Array.from(areas.keys(), (id, i) => [id, answersOf(results.slice(i * asked.size))])),
  };
}

type Shape = MultiBody['shapes'][number];

function shapeOf(index: number, shape: Shape['shape'], named: Shape['wkaoi']): GivenArea {
  const [drawnMember, member] = [`shapes.${index}.shape`, `shapes.${index}.wkaoi`];
  return { texts: shape == null ? undefined : [{ text: shape, member: drawnMember }], drawnMember, named, member };
}

function once<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
