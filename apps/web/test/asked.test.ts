import fc from 'fast-check';
import { type Asked, asLinked, drawnArea, isWhole, readAsked, unreadIn, writeAsked } from '../src/asked.ts';

const degrees = (most: number) =>
  fc.double({ min: -most, max: most, noNaN: true }).map((one) => Number(one.toFixed(5)) + 0);
const corner = fc.tuple(degrees(180), degrees(90));
const name = fc.string({ minLength: 1 });
const asked: fc.Arbitrary<Asked> = fc
  .record({
    operation: fc.option(name, { nil: undefined }),
    area: fc.option(
      fc.tuple(fc.stringMatching(/^[a-z]+$/), name).map((pair) => pair.join('/')),
      { nil: undefined },
    ),
    drawn: fc.option(fc.array(corner, { minLength: 3, maxLength: 20 }).map(drawnArea), { nil: undefined }),
    besideDrawn: fc.option(fc.array(corner, { minLength: 3, maxLength: 20 }).map(drawnArea), { nil: undefined }),
    also: fc.array(fc.string()),
    beside: fc.constant(undefined),
    coverage: fc.constantFrom('centre', 'touched', 'fraction'),
    upstream: fc.boolean(),
    choices: fc.dictionary(fc.stringMatching(/^[a-z]+$/), fc.string()),
    every: fc.option(name, { nil: undefined }),
    unit: fc.constantFrom('km2', 'acres', 'cells', 'percent'),
    raster: fc.option(fc.option(name, { nil: null }), { nil: undefined }),
  })
  .map((one) => ({ ...one, area: one.drawn ? undefined : one.area }) as Asked);

it('a link restores what is asked', () => {
  fc.assert(
    fc.property(asked, (one) => {
      expect(readAsked(new URLSearchParams(writeAsked(one).toString()))).toEqual({
        ...one,
        choices: { ...one.choices },
      });
    }),
  );
});

it('a link with what cannot be read asks for the rest', () => {
  const query = new URLSearchParams('operation=landcover&area=huc12&drawn=1,2;3&coverage=all&unit=miles');
  expect(readAsked(query)).toMatchObject({
    operation: 'landcover',
    area: undefined,
    drawn: undefined,
    coverage: 'centre',
    unit: 'km2',
  });
});

it('a link has no area of very many corners, or of several rings', () => {
  const ring = Array.from({ length: 201 }, (_, i) => [Math.cos(i), Math.sin(i)] as const);
  const [few, many] = [drawnArea(ring.slice(0, 200)), drawnArea(ring)];
  const several = {
    geometry: { type: 'MultiPolygon' as const, coordinates: [few.geometry.coordinates] },
  } as Asked['drawn'];
  const nothing = readAsked(new URLSearchParams());
  expect([few, many, several].map((drawn) => isWhole({ ...nothing, drawn }))).toEqual([true, false, false]);
  expect([few, many, several].map((drawn) => writeAsked({ ...nothing, drawn }).has('drawn'))).toEqual([
    true,
    false,
    false,
  ]);
});

it('an area is as a link restores it before it is asked about', () => {
  const exact = fc.tuple(
    fc.double({ min: -180, max: 180, noNaN: true }),
    fc.double({ min: -90, max: 90, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(exact, { minLength: 3, maxLength: 20 }), (corners) => {
      const drawn = asLinked(drawnArea(corners));
      const link = writeAsked({ ...readAsked(new URLSearchParams()), drawn });
      expect(readAsked(link).drawn).toEqual(drawn);
    }),
  );
});

it('the values of a link that cannot be read are known', () => {
  const unread = (query: string) => unreadIn(new URLSearchParams(query));
  expect(unread('coverage=zzz&unit=miles&area=huc12&drawn=1,2;3')).toEqual(['zzz', 'miles', 'huc12', '1,2;3']);
  expect(unread('coverage=touched&unit=acres&area=huc12/1&beside=huc12/2&p.year=x&other=1')).toEqual([]);
  fc.assert(fc.property(asked, (one) => expect(unreadIn(writeAsked(one))).toEqual([])));
});
