import { attempt, type Budget, budgetOf, OverBudget, stepsFor, unlimited } from '@cellshed/budget';

describe('a budget', () => {
  it('can be spent to its last step, and no further', () => {
    const budget = budgetOf(3);
    budget.spend();
    budget.spend(2);
    expect(budget.left).toBe(0);
    expect(() => budget.spend()).toThrow(OverBudget);
    expect(() => budgetOf(1_000, { what: 'this area' }).spend(1_001)).toThrow(
      'this area takes more than 1,000 steps of work, the most that it may take',
    );
    expect(budget.left).toBe(0);
  });

  it('hears that it is to stop within a million steps', () => {
    let isStopped = false;
    const throwIfStopped = () => {
      if (isStopped) throw new Error('dismissed');
    };
    const budget = budgetOf(10_000_000, { throwIfStopped });
    budget.spend(1_500_000);
    isStopped = true;
    const spendMore = () => {
      for (let spent = 0; spent < 1_000_000; spent += 1_000) budget.spend(1_000);
    };
    expect(spendMore).toThrow('dismissed');
  });

  it('grows with each begun 100,000 bytes', () => {
    expect([0, 1, 100_000, 100_001].map(stepsFor)).toEqual([100e6, 100e6, 100e6, 200e6]);
    expect(() => unlimited.spend(Number.MAX_SAFE_INTEGER)).not.toThrow();
  });
});

describe('an attempt', () => {
  it('answers what its work does, which the budget pays', () => {
    const budget = budgetOf(10);
    const work = attempt(budget, 5, (part) => {
      part.spend(4);
      return part.left;
    });
    expect([work, budget.left]).toEqual([1, 6]);
  });

  it('answers nothing when its work needs more than its own steps', () => {
    const budget = budgetOf(10);
    expect(attempt(budget, 5, (part) => part.spend(6))).toBeUndefined();
    expect(budget.left).toBe(4);
  });

  it('throws what its work throws, and that the budget is spent', () => {
    expect(() => attempt(budgetOf(3), 5, (part) => part.spend(6))).toThrow('this request takes more than 3 steps');
    const work = () => {
      throw new OverBudget(1, 'another');
    };
    expect(() => attempt(budgetOf(3), 5, work)).toThrow('another takes more than 1');
  });

  it('knows the steps of an attempt within it', () => {
    const inner = (part: Budget) => attempt(part, 100, (small) => small.spend(50)) ?? 'given up within';
    expect(attempt(budgetOf(1_000), 10, inner)).toBeUndefined();
    expect(attempt(budgetOf(1_000), 90, (part) => attempt(part, 10, (small) => small.spend(50)) ?? 'enough')).toBe(
      'enough',
    );
  });
});
