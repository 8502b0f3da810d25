import type { ResultDocument } from '@catchment/operations';
import { ProblemError } from '../problem.ts';
import type { Drawn } from '../resolve-area.ts';
import { type Asked, type AskedSources, checkMembers } from './asked.ts';
import type { MultiBody } from './bodies.ts';
import { toLonLat } from './crs.ts';
import { readArea, readLines, textsOf } from './geometry.ts';
import { type OperationName, operationNamed, questionOf } from './questions.ts';

const operationNames: readonly OperationName[] = ['RasterGroupedCount', 'RasterGroupedAverage', 'RasterLinesJoin'];

/** What is asked of `/multi`: each operation on each shape. Throws a ProblemError (400). */
export function askedOfMulti({ shapes, streamLines, operations }: MultiBody, sources: AskedSources): Asked {
  const drawn: Drawn = new Map();
  const reading = { ...sources, drawn, toLonLat: toLonLat('LatLng') };
  const lines = once(() => {
    if (streamLines == null) throw new ProblemError(400, 'Missing required streamLines');
    return readLines(textsOf(streamLines, 'streamLines'), reading);
  });
  const questions = operations.map((operation, i) => {
    const name = operationNamed(operation.name, operationNames);
    return questionOf({ ...operation, name }, { ...sources, member: `operations.${i}`, lines });
  });
  if (shapes.length === 0) throw new ProblemError(400, 'shapes: is empty, expected at least one shape');
  const ids = shapes.map(({ id }) => id);
  const labels = operations.map(({ label }) => label);
  checkDistinct(ids, (i) => `shapes.${i}.id`);
  checkDistinct(labels, (i) => `operations.${i}.label`);
  checkMembers(ids.length * labels.length, `shapes: ${ids.length} by ${labels.length} operations`, sources);
  const areas = shapes.map(({ shape }, i) => readArea([{ text: shape, member: `shapes.${i}.shape` }], reading));
  const members = areas.flatMap((area) => questions.map(({ request }) => ({ ...request, area })));
  const answersOf = (results: readonly ResultDocument[]) =>
    Object.fromEntries(questions.map(({ answer }, i) => [labels[i], answer(results[i] as ResultDocument)]));
  return {
    request: { operation: 'multi', members },
    drawn,
    answer: (results) => Object.fromEntries(ids.map((id, i) => [id, answersOf(results.slice(i * labels.length))])),
  };
}

function checkDistinct(names: readonly string[], member: (index: number) => string): void {
  const seen = new Set<string>();
  for (const [i, name] of names.entries()) {
    if (seen.has(name))
      throw new ProblemError(400, `${member(i)}: ${JSON.stringify(name.slice(0, 100))} is used twice`);
    seen.add(name);
  }
}

function once<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
