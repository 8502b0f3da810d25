/**
 * `npm run chaos`: sends requests to gateways and workers of its own while faults happen to them,
 * and looks whether everything has held. Ends by itself; with 1 when something has not held.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { pageText, renewed } from './page.ts';
import { runChaos } from './run.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '5000' },
    faults: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '30' },
    only: { type: 'string' },
    out: { type: 'string' },
  },
});
const [requests, faults, seed, minutes] = [values.requests, values.faults, values.seed, values.minutes].map(Number);
const asked = {
  requests: requests as number,
  faults: faults as number,
  seed: seed as number,
  minutes: minutes as number,
};
const wrong = Object.entries(asked).find(([, number]) => !(number > 0));

if (wrong) {
  console.error(`--${wrong[0]} is not a number above 0`);
  process.exitCode = 2;
} else {
  const result = await runChaos({ ...asked, only: values.only, say: console.log });
  const text = pageText(result, asked);
  console.log(`\n${text}`);
  const { out } = values;
  if (out !== undefined) writeFileSync(out, renewed(text, existsSync(out) ? readFileSync(out, 'utf8') : ''));
  if (result.report.violations.length > 0) process.exitCode = 1;
}
