import { type Crs, crsFromText, crsOf } from '../../src/index.ts';
import { farthest } from '../distance.ts';
import { recorded } from '../recorded.ts';

const codes = recorded<null>('codes');

/**
 * The metres by which a code may differ from PROJ. GDAL writes 9311 in place of 2163, a sphere
 * without datum, and it is taken for 2163; PROJ shifts it from NAD 27.
 */
const otherwise: Readonly<Record<string, number>> = { 'EPSG:9311': 250 };

describe('every code of EPSG and ESRI', () => {
  it('is put where PROJ puts it, within a metre and back again, or refused', () => {
    const wrong = codes.flatMap(({ name, lonLats, expected }) => {
      const crs = crsOrReason(name);
      if (typeof crs === 'string') return [];
      const metres = farthest(crs, lonLats, expected);
      return metres < (otherwise[name] ?? 1) ? [] : [`${name} by ${metres} m`];
    });
    expect(wrong).toEqual([]);
  });

  it('is refused for one of a few reasons, most are not', () => {
    const reasons = new Map<string, number>();
    for (const { name } of codes) {
      const crs = crsOrReason(name);
      const reason = typeof crs === 'string' ? (kinds.find(([, kind]) => kind.test(crs))?.[0] ?? crs) : 'none';
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    expect(Object.fromEntries(reasons)).toEqual({
      none: 8620,
      'no shift': 449,
      'no such projection': 124,
      'a projection that proj4 computes otherwise': 10,
      'a shift of another kind': 4,
      'off by more than a metre': 22,
    });
  });

  it('is one by organisation and code in a row, whatever its texts say', () => {
    const misleading = { wkt: 'PROJCS["x"', wkt2: 'LOCAL_CS["Undefined SRS"]' };
    for (const { name } of codes.filter((_, index) => index % 50 === 0)) {
      const [organization, code] = name.split(':');
      const crs = crsOrReason(name);
      if (typeof crs !== 'string')
        expect(crsOf({ organization: organization?.toLowerCase(), code, ...misleading })).toEqual(crs);
    }
  });
});

const kinds: readonly (readonly [string, RegExp])[] = [
  ['no shift', /lies far from WGS 84, and how far is not said/],
  ['no such projection', /is not one that proj4 computes/],
  ['a projection that proj4 computes otherwise', /is not computed by proj4 as by PROJ/],
  ['a shift of another kind', /in a way that proj4 does not compute/],
  ['off by more than a metre', /proj4 puts positions (up to [\d.]+ m away from where PROJ does|where PROJ does not)/],
];

const found = new Map<string, Crs | string>();

/** The CRS of a code, or the sentence that says why there is none. */
function crsOrReason(code: string): Crs | string {
  const known = found.get(code);
  if (known !== undefined) return known;
  let answer: Crs | string;
  try {
    answer = crsFromText(code);
  } catch (error) {
    answer = (error as Error).message;
  }
  found.set(code, answer);
  return answer;
}
