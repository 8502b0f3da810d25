import { earlyRefreshProbability } from '../../src/fetching/freshness.ts';

describe('the probability of an early refresh', () => {
  it.each([
    { left: 0, costMs: 50, beta: 1, probability: 1 },
    { left: 50, costMs: 50, beta: 1, probability: 0.36787944 },
    { left: 100, costMs: 50, beta: 2, probability: 0.36787944 },
    { left: 50, costMs: 100, beta: 1, probability: 0.60653066 },
    { left: 1000, costMs: 1, beta: 1, probability: 0 },
    { left: 0, costMs: 0, beta: 1, probability: 0 },
    { left: 0, costMs: 50, beta: 0, probability: 0 },
    { left: null, costMs: 50, beta: 1, probability: 0 },
  ])('is exp(−τ/(βδ)): %j', ({ left, costMs, beta, probability }) => {
    const freshUntil = left === null ? null : 700 + left;
    expect(earlyRefreshProbability({ freshUntil, costMs }, { now: 700, beta })).toBeCloseTo(probability, 7);
  });
});
