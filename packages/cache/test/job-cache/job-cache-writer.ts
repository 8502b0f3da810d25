// A process that writes into the job cache of files in a folder: ten numbers and ends, or one large
// value after another.
import { createCipheriv } from 'node:crypto';
import { openJobCache } from '../../src/job-cache/job-cache.ts';
import { storeDrawers } from '../../src/job-cache/store-drawers.ts';
import { fileStore } from '../../src/stores/files.ts';
import { hour } from '../store-fixture.ts';

const [, , task, folder = ''] = process.argv;
const drawers = storeDrawers(await fileStore({ folder }));
const cache = openJobCache(drawers, { scope: 'r1', ttlMilliseconds: 1000 * hour });

if (task === 'write-ten') {
  const parts = cache.group('parts');
  for (let part = 1; part <= 10; part++) await parts.set(`${part}`, new Uint8Array(Float64Array.of(part).buffer));
} else {
  const values = Array.from({ length: 10 }, (_, number) =>
    createCipheriv('aes-128-ctr', Buffer.alloc(16, number), Buffer.alloc(16)).update(Buffer.alloc(5_000_000)),
  );
  for (let time = 0; ; time++) {
    await cache.set('group/key', values[time % values.length] as Uint8Array);
    if (time === 0) console.log('written');
  }
}
