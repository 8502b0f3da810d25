import type { Attacker } from './attacker.ts';
import type { Target } from './target.ts';

/** One kind of cost that an attack had, and the most that it may have. */
export interface Cost {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly most: number;
  /** The attack was cut short: it would have cost more. */
  readonly atLeast?: boolean;
}

export interface Measured {
  /** The bytes that the attacker sent. */
  readonly bytes: number;
  readonly costs: readonly Cost[];
  /** The outcomes, in a few words. */
  readonly answer: string;
}

export interface Row {
  readonly name: string;
  /** The body that is sent, or the content of a file. */
  readonly about: string;
  /** Attacks the code of a checkout. Ends by itself, whatever that does. */
  measure(checkout: string): Promise<Measured>;
}

/** An attack of a service by requests. */
export interface RequestAttack {
  readonly name: string;
  readonly about: string;
  /** Seconds after which it is cut short; 20 by default. */
  readonly seconds?: number;
  /** The catalog; default: the sample's. */
  readonly catalog?: () => string;
  readonly env?: Readonly<Record<string, string>>;
  /** The most of each cost, where it is another than by default. */
  readonly most?: Partial<Record<'cpu' | 'turn' | 'memory' | 'sockets' | 'redis', number>>;
  /** Rejects when the attacker's signal says that it is to stop. */
  send(attacker: Attacker, target: Target): Promise<Sent>;
}

export interface Sent {
  readonly answer: string;
  /** Figures that are also measured. */
  readonly costs?: readonly Cost[];
}

/** Whether a cost is more than it may be. */
export function isAbove({ value, most }: Cost): boolean {
  return value > most;
}

/** CPU seconds that handling so many bytes may take: two for each begun 100,000. */
export function cpuSecondsFor(bytes: number): number {
  return 2 * Math.max(1, Math.ceil(bytes / 100_000));
}
