import type { Question, Request } from '@cellshed/contracts';
import { manyOf, membersOf } from '@cellshed/jobs';
import fc from 'fast-check';
import { manyOfAll } from '../../src/contracts/request.ts';

const areas = Array.from({ length: 100 }, (_, i) => ({ table: 'huc12', id: String(i) }));
const quantiles = (first: number) => Array.from({ length: 100 }, (_, i) => (i + first / 100) / 100);
const questions = areas.map((_, first): Question => {
  const definition = { type: 'statistics' as const, rasters: ['elevation'] as const, quantiles: quantiles(first) };
  return { operation: 'height', definition: definition as never, coverage: 'centre' };
});

it('every question about every area is told by the questions and the areas', () => {
  const request = manyOf('multi', { areas, questions });
  expect(membersOf(request)).toEqual(areas.flatMap((area) => questions.map((question) => ({ ...question, area }))));
  // One by one, they would take ten million.
  expect(JSON.stringify(request).length).toBeLessThan(250_000);
  expect(manyOfAll('multi', membersOf(request))).toMatchObject({ members: { areas, questions } });
});

it('few requests are told one by one, as they always were', () => {
  const few = { areas: areas.slice(0, 4), questions: questions.slice(0, 4) };
  const { members } = manyOf('multi', few);
  expect(Array.isArray(members) && members).toHaveLength(16);
});

it('requests in any order come back in this order', () => {
  const request: fc.Arbitrary<Request> = fc.record({
    operation: fc.constantFrom('a', 'b'),
    area: fc.oneof(fc.record({ drawn: fc.constantFrom('x', 'y') }), fc.constantFrom(...areas.slice(0, 3))),
    coverage: fc.constantFrom('centre', 'touched'),
  });
  fc.assert(
    fc.property(fc.array(request, { maxLength: 60 }), (requests) => {
      expect(membersOf(manyOfAll('multi', requests))).toEqual(requests);
    }),
  );
});
