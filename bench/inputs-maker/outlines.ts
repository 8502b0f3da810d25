import { grid, type Position, type Ring } from './place.ts';
import { randomAt } from './random.ts';

const { cos } = Math;

/** An area in cells, rows downwards: polygons of closed rings, the outer one first. */
export type CellArea = readonly (readonly Ring[])[];

export interface InputArea {
  readonly name: string;
  readonly polygons: CellArea;
}

/**
 * Watershed-like areas: eight of a HUC-12's size, four of a HUC-8's, one of a HUC-4's, one of 2.5e8
 * cells, one of two parts with a hole.
 */
export function inputAreas(): InputArea[] {
  const several = (kind: string, count: number, recipe: Omit<Outline, 'seed' | 'centre'>) =>
    Array.from({ length: count }, (_, index): InputArea => {
      const seed = recipe.vertices + index;
      const shape = { ...recipe, vertices: recipe.vertices + 60 * index, seed, centre: scattered(seed) };
      return { name: `${kind}_${index + 1}`, polygons: [[outline(shape)]] };
    });
  const middle = [grid.width / 2, grid.height / 2] as const;
  const [east, west] = [
    [18_000, 12_000],
    [7_000, 12_500],
  ] as const;
  const rough = 0.5;
  return [
    ...several('huc12', 8, { cells: 1.1e5, vertices: 500, rough }),
    ...several('huc8', 4, { cells: 2.2e6, vertices: 1_800, rough }),
    { name: 'huc4_1', polygons: [[outline({ cells: 4.4e7, vertices: 5_000, rough, seed: 301, centre: middle })]] },
    {
      name: 'huc2_1',
      polygons: [[outline({ cells: 2.5e8, vertices: 5_000, rough: 0.16, seed: 402, centre: middle, aspect: 1.2 })]],
    },
    {
      name: 'two_parts',
      polygons: [
        [
          outline({ cells: 1.4e6, vertices: 1_200, rough, seed: 501, centre: east }),
          // A hole goes the other way round.
          outline({ cells: 1e5, vertices: 300, rough: 0.1, seed: 503, centre: east }).toReversed(),
        ],
        [outline({ cells: 6e5, vertices: 900, rough, seed: 502, centre: west })],
      ],
    },
  ];
}

export interface Outline {
  /** In its inside. */
  readonly cells: number;
  readonly vertices: number;
  /** The deviation from an ellipse. */
  readonly rough: number;
  readonly seed: number;
  readonly centre: Position;
  /** Width by height; default 1. */
  readonly aspect?: number;
}

/**
 * A closed ring about a centre, seen whole from there (so it never crosses itself), whose distance
 * is a random walk of all scales.
 */
export function outline({ cells, vertices, rough, seed, centre, aspect = 1 }: Outline): Ring {
  const waves = Array.from({ length: vertices >> 1 }, (_, index) => {
    const turns = index + 2;
    const strength = rough * (randomAt(index, 0, seed) * 2 - 1) * turns ** -1.2;
    return { turns, strength, phase: randomAt(index, 1, seed) * 2 * Math.PI };
  });
  const around = Array.from({ length: vertices }, (_, index): Position => {
    const angle = (index / vertices) * 2 * Math.PI;
    const stray = waves.reduce((sum, { turns, strength, phase }) => sum + strength * cos(turns * angle + phase), 0);
    const distance = Math.exp(stray);
    return [aspect * distance * Math.cos(angle), distance * Math.sin(angle)];
  });
  const scale = Math.sqrt(cells / Math.abs(areaOf(around)));
  const [column, row] = centre;
  const ring = around.map(([x, y]): Position => [column + scale * x, row + scale * y]);
  return [...ring, ring[0]!];
}

/** The area of a ring in square cells, by the shoelace formula. */
export function areaOf(ring: Ring): number {
  const doubled = ring.reduce((sum, [x1, y1], index) => {
    const [x2, y2] = ring[(index + 1) % ring.length]!;
    return sum + x1 * y2 - x2 * y1;
  }, 0);
  return doubled / 2;
}

/** Somewhere in the middle three fifths of the rasters. */
function scattered(seed: number): Position {
  const at = (row: number, size: number) => size * (0.2 + 0.6 * randomAt(7, row, seed));
  return [at(0, grid.width), at(1, grid.height)];
}
