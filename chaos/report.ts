/** The events of a run, and the promises that did not hold. */
export interface Report {
  /** Things that must not be, in sentences. */
  readonly violations: string[];
  /** How often each thing has happened. */
  readonly counts: Map<string, number>;
  /** Times in which something was wrong on purpose. */
  readonly spells: Spell[];
  count(what: string): void;
  /** Whether such a spell overlaps a time, or ended shortly before. */
  had(what: Spell['what'], from: number, until: number): boolean;
}

/**
 * `loses`: data of the queue are lost. `spoils`: a raster or a table cannot be read. `disturbs`:
 * requests may be refused.
 */
export interface Spell {
  readonly what: 'loses' | 'spoils' | 'disturbs';
  readonly from: number;
  until: number;
}

/** The time for which a spell has an effect after its end: connections are made anew. */
const aftermathMilliseconds = 20_000;

export function openReport(): Report {
  const counts = new Map<string, number>();
  const spells: Spell[] = [];
  return {
    violations: [],
    counts,
    spells,
    count: (what) => counts.set(what, (counts.get(what) ?? 0) + 1),
    had: (what, from, until) =>
      spells.some((spell) => spell.what === what && spell.from < until && spell.until + aftermathMilliseconds > from),
  };
}
