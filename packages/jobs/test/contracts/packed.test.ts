import { packedIfLarge, unpackedValue } from '@cellshed/jobs';

it('a list that is long and repeats itself travels packed, a short one as it is', () => {
  const member = (i: number) => ({ key: `geop:huc12:${i}:landcover:${'0123456789abcdef'.repeat(4)}` });
  const long = Array.from({ length: 10_000 }, (_, i) => member(i));
  const short = long.slice(0, 100);
  expect(packedIfLarge(short)).toBe(short);
  const packed = packedIfLarge(long);
  expect(JSON.stringify(packed).length).toBeLessThan(JSON.stringify(long).length / 10);
  expect(unpackedValue(packed)).toEqual(long);
  expect(unpackedValue(short)).toBe(short);
});
