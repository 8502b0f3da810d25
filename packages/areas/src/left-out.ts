/**
 * A kind of thing that is left out of an area: its noun in the singular and the plural, and the
 * reason as the end of a sentence.
 */
export type Kind = readonly [one: string, several: string, why: string];

export const kinds = {
  noGeometry: ['feature without geometry', 'features without geometry', ''],
  empty: ['empty geometry', 'empty geometries', ''],
  shortRing: ['ring with fewer than 4 positions', 'rings with fewer than 4 positions', ''],
} as const satisfies Record<string, Kind>;

/** The kind of a geometry type without area, such as LineString. */
export function kindOf(type: string): Kind {
  return [type, `${type}s`, ': only polygons have cells'];
}

/** A counter of what is left out of an area, by kind. It remembers the first of each kind. */
export interface LeftOut {
  /**
   * Counts one. `where` is its name in sentences (`feature 3, `). `problem` is the sentence that
   * refuses it if the area has nothing else.
   */
  add(kind: Kind, where: string, problem: string): void;
  /** A sentence for each kind. */
  warnings(): string[];
  /** The sentence that refuses an area of which nothing is left. */
  problem(): string;
}

interface Passed {
  readonly kind: Kind;
  readonly where: string;
  readonly problem: string;
  n: number;
}

export function leftOut(): LeftOut {
  const passed = new Map<string, Passed>();
  return {
    add(kind, where, problem) {
      const counted = passed.get(kind[0]);
      if (counted) counted.n += 1;
      else passed.set(kind[0], { kind, where, problem, n: 1 });
    },
    warnings: () => [...passed.values()].map(warningOf),
    problem() {
      const all = [...passed.values()];
      if (all.length === 1 && all[0]?.n === 1) return all[0].problem;
      const what = all.length === 0 ? '' : `, only ${all.map(amountOf).join(', ')}`;
      return `has no polygon${what}; expected a Polygon or MultiPolygon`;
    },
  };
}

function warningOf(passed: Passed): string {
  const { kind, where, n } = passed;
  const place = where.replace(/,? $/, '');
  const first = place === '' ? '' : ` (${n === 1 ? '' : 'the first is '}${place})`;
  return `${amountOf(passed)} ${n === 1 ? 'is' : 'are'} left out${first}${kind[2]}`;
}

function amountOf({ kind: [one, several], n }: Passed): string {
  return n === 1 ? `1 ${one}` : `${n} ${several}`;
}
