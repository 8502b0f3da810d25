/**
 * The work that a request may still cost, in steps. Every loop over what a client sent spends from
 * it. A step stands for at most 20 ns of one core: a look at one edge, one vertex, one cell or one
 * byte.
 */
export interface Budget {
  /**
   * Takes steps away, 1 by default. Call it once for a piece of some thousand steps, not for each
   * step. Throws `OverBudget` if fewer steps are left, and the error of `throwIfStopped` if the
   * work is no longer wanted.
   */
  spend(steps?: number): void;
  /** The steps that are left, never below 0. */
  readonly left: number;
}

/** A request needs more steps than it may cost. The message tells the client so. */
export class OverBudget extends Error {
  override readonly name = 'OverBudget';
  readonly publicMessage: string;
  readonly steps: number;

  constructor(steps: number, what: string) {
    super(`${what} takes more than ${steps.toLocaleString('en')} steps of work, the most that it may take`);
    this.publicMessage = this.message;
    this.steps = steps;
  }
}

/**
 * The steps that a request of some bytes may cost: 100 million, at most 2 s of one core, for each
 * begun 100,000 bytes.
 */
export function stepsFor(bytes: number): number {
  return 100_000_000 * Math.max(1, Math.ceil(bytes / 100_000));
}

export interface BudgetOptions {
  /** The subject of the refusing sentence: `this request`, `this area`. */
  readonly what?: string;
  /** Throws if the work must stop. It is called again after every million steps. */
  readonly throwIfStopped?: () => void;
}

/** A million steps take at most 20 ms, so running work stops within that time. */
const stepsUnasked = 1_000_000;

/** A budget of so many steps. */
export function budgetOf(steps: number, { what = 'this request', throwIfStopped }: BudgetOptions = {}): Budget {
  let [left, unasked] = [steps, stepsUnasked];
  return {
    spend(taken = 1) {
      left -= taken;
      if (left < 0) {
        left = 0;
        throw new OverBudget(steps, what);
      }
      unasked -= taken;
      if (unasked > 0) return;
      unasked = stepsUnasked;
      throwIfStopped?.();
    },
    get left() {
      return left;
    },
  };
}

/** A budget without end, for work on the operator's data. */
export const unlimited: Budget = { spend: () => undefined, left: Number.POSITIVE_INFINITY };

/**
 * Runs work that may take so many steps, which the budget pays. Returns undefined if the work needs
 * more: then the caller does it in another way, in another place, or not at all. All other errors
 * are thrown, also if the budget itself is spent.
 */
export function attempt<Value>(budget: Budget, steps: number, work: (part: Budget) => Value): Value | undefined {
  let left = steps;
  let over: OverBudget | undefined;
  const part: Budget = {
    spend(taken = 1) {
      budget.spend(taken);
      left -= taken;
      if (left < 0) throw (over ??= new OverBudget(steps, 'an attempt'));
    },
    get left() {
      return Math.max(0, Math.min(left, budget.left));
    },
  };
  try {
    return work(part);
  } catch (error) {
    if (over !== undefined && error === over) return undefined;
    throw error;
  }
}
