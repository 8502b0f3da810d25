import { benchCache } from './cache.ts';
import { benchKernel } from './kernel.ts';
import { benchMemory } from './memory.ts';
import { benchMulti } from './multi.ts';
import { benchQueue } from './queue.ts';
import { benchRemote } from './remote.ts';
import type { Bench } from './run.ts';
import { benchSweep } from './sweep.ts';
import { benchWarm } from './warm.ts';
import { benchWorkers } from './workers.ts';

/** All of them, in the order of the page. */
export const benches: readonly Bench[] = [
  {
    name: 'kernel',
    title: 'Counting one area',
    about:
      'Synthetic land cover and soil of 24,064 × 20,480 cells each (8 bits, tiles of 512 × 512, DEFLATE), counted in areas of four sizes: each tool in processes of its own, by turns with the others. ' +
      'Files are warm, and a first count is not timed. A time is the median of rounds, of each of which it is the median. Two rasters are counted by their combinations of values. ' +
      'Answers agree with ours: numpy’s and rasterstats’ in every cell; exactextract’s, which counts shares of cells, to a millionth of all cells with ours by shares; geoblaze leaves out spans of one cell, at most one cell in 10,000.',
    run: benchKernel,
  },
  {
    name: 'sweep',
    title: 'Counting many areas in one pass',
    about: 'Areas as large as HUC-12s, which tile the whole of both rasters, in one process and one thread.',
    run: benchSweep,
  },
  {
    name: 'workers',
    title: 'More raster workers',
    about:
      'A gateway, a worker that plans and adds up, and one or two that count, with Redis beside them on the same machine.',
    run: benchWorkers,
  },
  {
    name: 'memory',
    title: 'Memory of one request',
    about: 'A new worker process for each area, asked through gateway and queue.',
    run: benchMemory,
  },
  {
    name: 'remote',
    title: 'Rasters behind HTTP',
    about:
      'The same count on files, and on a server process whose answers come late, with an empty raster cache and with a full one.',
    run: benchRemote,
  },
  {
    name: 'queue',
    title: 'A request that hits',
    about: 'One gateway process, one worker process, two Redis servers, all on this machine.',
    run: benchQueue,
  },
  {
    name: 'multi',
    title: 'Many operations on many areas',
    about: 'On the sample’s rasters: in one request, one by one, and one by one from 20 clients at once.',
    run: benchMulti,
  },
  {
    name: 'cache',
    title: 'Stores of the cache',
    about:
      'What each store does in a second and what an entry takes of it; what an entry costs to read; removing from among a million.',
    run: benchCache,
  },
  {
    name: 'warm',
    title: 'Warming many areas',
    about: 'Small squares of one raster, so that the queue is what takes the time (`BENCH_AREAS`, by default 100,000).',
    run: benchWarm,
  },
];
