import { randomOf } from './random.ts';
import { targets } from './targets.ts';

/** The same cases each time: `npm run fuzz` has others. */
describe('what comes from outside is read, or refused in a sentence', () => {
  it.each(targets)('$name', async ({ name, cases, run }) => {
    const outcomes = { accepted: 0, refused: 0 };
    for (let seed = 0; seed < cases; seed++) {
      try {
        outcomes[await run(randomOf(seed))]++;
      } catch (cause) {
        throw new Error(`${name}, seed ${seed}: ${(cause as Error).message}`, { cause });
      }
    }
    // Cases that are all of one kind would try nothing.
    expect(outcomes.accepted).toBeGreaterThan(cases / 50);
    expect(outcomes.refused).toBeGreaterThan(cases / 50);
  });
});
