/**
 * `npm run audit`: asks the registry for known faults of the packages that production runs. It ends
 * with 1 if one is high or critical. If the registry does not answer within seconds, it prints so
 * and ends with 0.
 */
import { advisoriesIn } from './advisories.ts';
import { npm } from './npm.ts';

const patience = ['--fetch-retries', '0', '--fetch-timeout', '10000'];
const found = advisoriesIn(npm('audit', '--json', '--omit', 'dev', '--package-lock-only', ...patience));
if ('unknown' in found) console.log(`Not audited, as the registry gave no report: ${found.unknown}`);
else {
  for (const fault of found.faults) console.error(fault);
  if (found.faults.length > 0) process.exitCode = 1;
  console.log(`${found.faults.length} high or critical vulnerabilities are known of what production runs.`);
}
