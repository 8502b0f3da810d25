import { ProblemError, refused } from '../problems/problem-error.ts';
import { type AskedArea, nothingDrawn } from '../processes/asked.ts';
import { vertexCount } from '../processes/vertex-count.ts';
import { areaOf, type GivenArea } from './areas.ts';
import { type AskedSources, checkMembers, type DropInAsked } from './asked.ts';
import type { MultiBody } from './bodies.ts';
import { crsNamed } from './crs.ts';
import { readLines, textsOf } from './geometry.ts';
import { type OperationName, operationNamed, questionOf } from './questions.ts';

const operationNames: readonly OperationName[] = ['RasterGroupedCount', 'RasterGroupedAverage', 'RasterLinesJoin'];

/**
 * Reads the questions of `/multi`: each operation on each shape. Throws a ProblemError (400), or
 * OverBudget.
 */
export function askedOfMulti({ shapes, streamLines, operations }: MultiBody, sources: AskedSources): DropInAsked {
  const drawn = nothingDrawn();
  const vertices = vertexCount(sources.requestVertexLimit);
  const reading = { ...sources, drawn, crs: crsNamed('LatLng'), vertices };
  const lines = once(() => {
    if (streamLines == null) throw new ProblemError(400, 'Missing required streamLines');
    return readLines(textsOf(streamLines, 'streamLines'), reading);
  });
  if (shapes.length > 0)
    checkMembers(
      shapes.length * operations.length,
      { path: 'shapes', what: `${shapes.length} by ${operations.length} operations` },
      sources,
    );
  // As in the original, the last of several with one id or label counts.
  const questions = new Map(
    operations.map((operation, i) => {
      const name = operationNamed(operation.name, operationNames);
      const question = questionOf({ ...operation, name }, { ...sources, path: `operations.${i}`, lines });
      return [operation.label, question];
    }),
  );
  if (shapes.length === 0) throw refused({ path: 'shapes', problem: 'is empty, expected at least one shape' });
  const areas = new Map<string, AskedArea>();
  for (const [i, { id, shape, wkaoi }] of shapes.entries()) areas.set(id, areaOf(shapeOf(i, shape, wkaoi), reading));
  return {
    process: 'multi',
    isMany: true,
    areas: [...areas.values()],
    questions: [...questions.values()],
    drawn,
    form: { of: 'named', ids: [...areas.keys()], labels: Array.from(questions, ([label, { type }]) => [label, type]) },
  };
}

type Shape = MultiBody['shapes'][number];

function shapeOf(index: number, shape: Shape['shape'], named: Shape['wkaoi']): GivenArea {
  const [drawnPath, path] = [`shapes.${index}.shape`, `shapes.${index}.wkaoi`];
  return { texts: shape == null ? undefined : [{ text: shape, path: drawnPath }], drawnPath, named, path };
}

function once<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
