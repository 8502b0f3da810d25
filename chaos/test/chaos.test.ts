import { pageText } from '../page.ts';
import { openRandom } from '../random.ts';
import { openRequests } from '../requests.ts';
import { runChaos } from '../run.ts';

const asked = { requests: 200, faults: 6, minutes: 1, seed: Number(process.env['CHAOS_SEED'] ?? 2) };

it('requests of all kinds end right while faults happen, and nothing is stuck or left over', async () => {
  const said: string[] = [];
  const result = await runChaos({ ...asked, say: (line) => said.push(line) });
  expect({ violations: result.report.violations, said }).toEqual({ violations: [], said });
  expect(result.happened.size).toBeGreaterThan(0);
  expect(pageText(result, asked)).toContain(
    'Every accepted request has ended, every value that was looked at is right',
  );
});

it('the same seed makes the same requests', () => {
  const some = (seed: number) => {
    const next = openRequests(openRandom(seed));
    return Array.from({ length: 50 }, () => next());
  };
  expect(some(1)).toEqual(some(1));
  expect(some(1)).not.toEqual(some(2));
});
