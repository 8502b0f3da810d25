/**
 * Part of `npm run check`: whether every locked package has a hash and an allowed licence. Ends
 * with 1 when one has not.
 */
import { licenceFaults } from './licences.ts';
import { lockfileFaults, readLockfile } from './lockfile.ts';

const lockfile = readLockfile();
const faults = [...lockfileFaults(lockfile), ...licenceFaults(lockfile)];
for (const fault of faults) console.error(`package-lock.json: ${fault}`);
if (faults.length > 0) process.exitCode = 1;
else console.log(`${Object.keys(lockfile).length} locked packages have hashes and allowed licences.`);
