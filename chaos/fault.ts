import type { Random } from './random.ts';
import type { Spell } from './report.ts';
import type { World } from './world.ts';

/** Something bad that happens, and is over when `happen` resolves. */
export interface Fault {
  readonly name: string;
  /** The kinds of answers that are right while it happens; see `Spell`. */
  readonly spells: readonly Spell['what'][];
  happen(world: World, random: Random): Promise<void>;
}
