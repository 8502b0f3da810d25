import { crsFromText, fromLonLat, placeChecker, seamOf } from '@cellshed/crs';

const seam = (text: string) => seamOf(crsFromText(text));

it.each([
  ['EPSG:4326', 0, 360],
  ['EPSG:4269', 0, 360],
  ['+proj=longlat +ellps=GRS80 +pm=2.5', 2.5, 360],
  ['EPSG:3857', 0, 40_075_016.685578],
  ['EPSG:3832', 150, 40_075_016.685578],
  ['EPSG:6933', 0, 34_735_060.890322],
  ['EPSG:4087', 0, 40_075_016.685578],
  ['+proj=mill +R=6378137 +lon_0=20', 20, 40_075_016.685578],
  ['+proj=cea +lat_ts=30 +lon_0=150 +units=us-ft', 150, 113_959_945.604334],
])('x of %s repeats', (text, centre, period) => {
  expect(seam(text)).toEqual({ centre: expect.closeTo(centre, 9), period: expect.closeTo(period, 5) });
});

it.each([
  ['EPSG:5070', -96],
  ['EPSG:3338', -154],
  ['EPSG:2154', 3],
  ['EPSG:2272', -77.75],
  ['EPSG:8857', 0],
  ['ESRI:54009', 0],
  ['+proj=moll +lon_0=150', 150],
  ['+proj=sinu', 0],
  ['+proj=poly +lon_0=-54', -54],
])('%s is cut open, and x does not repeat', (text, centre) => {
  expect(seam(text)).toEqual({ centre });
});

it.each([
  'EPSG:32601',
  'EPSG:32660',
  'EPSG:2193',
  'EPSG:3031',
  'EPSG:3413',
  'EPSG:3035',
  '+proj=laea +lat_0=90',
  '+proj=aeqd +lat_0=40 +lon_0=10',
  '+proj=ortho +R=6371000 +lat_0=40',
])('%s has no seam', (text) => {
  expect(seam(text)).toBeUndefined();
});

it.each<[string, [number, number][], [number, number][]]>([
  [
    'EPSG:5070',
    [
      [0, 0],
      [-2_493_045, 3_310_005],
      [-75, 40],
    ],
    [
      [1e9, 1e9],
      [-2e7, 0],
      [0, -1e8],
    ],
  ],
  [
    'EPSG:3857',
    [
      [20_037_508.342789244, 0],
      [2.05e7, 5e6],
      [-3e7, 0],
    ],
    [
      [0, 3e8],
      [9e7, 0],
    ],
  ],
  [
    'EPSG:32660',
    [
      [5e5, 5e6],
      [1.5e6, 5e6],
    ],
    [[1e8, 1e8]],
  ],
  ['EPSG:3035', [[4e6, 3e6]], [[1e8, 0]]],
  [
    'EPSG:6933',
    [
      [17_367_530.445, 0],
      [1e6, 7.3e6],
    ],
    [[1e6, 8e6]],
  ],
  [
    'EPSG:4326',
    [
      [180, 90],
      [-359, 0],
      [360, -90],
    ],
    [
      [361, 0],
      [0, 90.1],
    ],
  ],
])('%s has a place for what lies on Earth, and for nothing else', (text, there, nowhere) => {
  const hasPlace = placeChecker(crsFromText(text));
  for (const [x, y] of there) expect([x, y, hasPlace(x, y)]).toEqual([x, y, true]);
  for (const [x, y] of [...nowhere, [Number.NaN, 0], [0, Infinity]] as const)
    expect([x, y, hasPlace(x, y)]).toEqual([x, y, false]);
});

it.each([
  'EPSG:3857',
  'EPSG:4087',
  'EPSG:6933',
  'EPSG:8857',
  'ESRI:54009',
  'ESRI:54030',
  'ESRI:102016',
  'EPSG:5070',
  'EPSG:3031',
])('%s has no place for what lies further out than the sun, in x or in y', (text) => {
  const hasPlace = placeChecker(crsFromText(text));
  for (const far of [1e12, -1e15, 1e20, 1e100, 1e300, -1.7e308])
    for (const [x, y] of [
      [far, 0],
      [0, far],
      [1e5, far],
      [far, far],
    ] as const)
      expect([x, y, hasPlace(x, y)]).toEqual([x, y, false]);
});

it('a position at which a projection fails has no place, and throws nothing', () => {
  const crs = crsFromText('EPSG:3078');
  const values = [0, 1, -1e5, 1e7, -1e9, 1e20, 1.7e308];
  for (const x of values) for (const y of values) placeChecker(crs)(x, y);
  expect(placeChecker(crs)(1e20, 1e20)).toBe(false);
});

it('all that a CRS makes of its own longitudes and latitudes has a place in it', () => {
  for (const [text, west, east, south, north] of [
    ['EPSG:5070', -130, -60, 20, 55],
    ['EPSG:3857', -180, 180, -85, 85],
    ['EPSG:32660', 170, 184, 0, 84],
    ['EPSG:2193', 160, 184, -50, -30],
    ['EPSG:3413', -180, 180, 40, 90],
    ['ESRI:54009', -179, 179, -89, 89],
  ] as const) {
    const [project, hasPlace] = [fromLonLat(crsFromText(text)), placeChecker(crsFromText(text))];
    for (let i = 0; i <= 10; i++)
      for (let k = 0; k <= 10; k++) {
        const position = project(west + ((east - west) * i) / 10, south + ((north - south) * k) / 10);
        expect([text, ...position, hasPlace(...position)]).toEqual([text, ...position, true]);
      }
  }
});
