/**
 * `range-cache-process.ts <folder> <bytes> <rounds>`: stores ranges in a cache and reads them,
 * while other processes do the same. It fails if it receives other bytes than were stored.
 */
import { openRangeCache } from '../../src/bytes/range-cache.ts';
import { variedBytes } from '../range-server.ts';

const [folder = '', mostBytes = '', rounds = ''] = process.argv.slice(2);
const cache = openRangeCache({ folder, mostBytes: Number(mostBytes) });
const cached = cache.of('http://a', '"1"');
let found = 0;
for (let round = 0; round < Number(rounds); round++) {
  const offset = (round * 7919 + process.pid) % 100;
  const expected = variedBytes(1000 + 100 * offset, offset + 1);
  const range = { offset, length: expected.length };
  const known = cached.get(range);
  if (known === undefined) cached.put(range, expected);
  else if (!Buffer.from(expected).equals(known)) throw new Error(`other bytes than were put: ${offset}`);
  else found++;
  await new Promise((resolve) => setImmediate(resolve));
  await cache.settled();
}
console.log(found);
