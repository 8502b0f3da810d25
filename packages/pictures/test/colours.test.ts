import { colorsOfClasses, coloursOf } from '@cellshed/pictures';

const legend = new Map([
  [11, { label: 'Water', color: '#466b9f' }],
  [41, { label: 'Wood' }],
]);

it('classes have the colours of the legend, or others of a fixed order', () => {
  expect(colorsOfClasses({ legend })).toEqual(['#466b9f', '#56b4e9']);
  const { palette, indexOf } = coloursOf({ legend }, undefined);
  const colourOf = (value: number) => palette[indexOf(value)];
  expect(colourOf(11)).toEqual([0x46, 0x6b, 0x9f, 255]);
  expect(colourOf(41)).toEqual([0x56, 0xb4, 0xe9, 255]);
});

it('no data is transparent, and a value without a class is grey', () => {
  const { palette, indexOf } = coloursOf({ legend }, undefined);
  expect(palette[indexOf(Number.NaN)]?.[3]).toBe(0);
  expect(palette[indexOf(12)]).toEqual([128, 128, 128, 255]);
});

it('a palette has at most 256 colours', () => {
  const many = new Map(Array.from({ length: 400 }, (_, i) => [i, { label: `${i}`, color: '#0000ff' }]));
  const { palette, indexOf } = coloursOf({ legend: many }, undefined);
  expect([palette.length, indexOf(253), indexOf(254)]).toEqual([256, 255, 1]);
});

describe('a raster without a legend', () => {
  const ramp = { least: 10, most: 20, colors: ['#000000', '#ff0000', '#ffff00'] };
  const { palette, indexOf } = coloursOf({ legend: new Map() }, ramp);
  const colourOf = (value: number) => palette[indexOf(value)];

  it('goes through the colours of a ramp', () => {
    expect([colourOf(10), colourOf(20)]).toEqual([
      [0, 0, 0, 255],
      [255, 255, 0, 255],
    ]);
    const [red = 0, green = 0] = colourOf(15) ?? [];
    expect([red > 250, green < 5]).toEqual([true, true]);
    expect(palette).toHaveLength(255);
  });

  it('has the colours of its ends beyond them, and none where it has no data', () => {
    expect([colourOf(-5), colourOf(99), colourOf(Number.NaN)?.[3]]).toEqual([colourOf(10), colourOf(20), 0]);
  });

  it('has one colour where all values are equal', () => {
    const one = coloursOf({ legend: new Map() }, { ...ramp, most: 10 });
    expect(one.palette[one.indexOf(10)]?.[3]).toBe(255);
  });
});
