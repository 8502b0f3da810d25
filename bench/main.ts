/** `npm run bench -- kernel`, `queue`, `cache`, `multi`, `warm` or `remote`; all without an argument. */
import { benchCache } from './cache.ts';
import { benchKernel } from './kernel.ts';
import { benchMulti } from './multi.ts';
import { benchQueue } from './queue.ts';
import { benchRemote } from './remote.ts';
import { benchWarm } from './warm.ts';

const benches: Readonly<Record<string, () => Promise<void>>> = {
  kernel: benchKernel,
  queue: benchQueue,
  cache: benchCache,
  multi: benchMulti,
  warm: benchWarm,
  remote: benchRemote,
};
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(benches);
for (const name of wanted) {
  const bench = benches[name];
  if (!bench) throw new Error(`no bench is called "${name}"; expected one of ${Object.keys(benches).join(', ')}`);
  await bench();
}
