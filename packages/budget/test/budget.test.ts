import { budgetOf, OverBudget, stepsFor, unlimited } from '@catchment/budget';

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
