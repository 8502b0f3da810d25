/**
 * A part of `npm run check`: every locked package has a hash and an allowed licence. It ends with 1
 * if one has not.
 */
import { licenceFaults } from './licences.ts';
import { lockfileFaults, readLockfile } from './lockfile.ts';

const lockfile = readLockfile();
const faults = [...lockfileFaults(lockfile), ...licenceFaults(lockfile)];
for (const fault of faults) console.error(`package-lock.json: ${fault}`);
if (faults.length > 0) process.exitCode = 1;
else console.log(`${Object.keys(lockfile).length} locked packages have hashes and allowed licences.`);
