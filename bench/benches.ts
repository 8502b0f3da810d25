import { benchCache } from './cache.ts';
import { benchCountry } from './country.ts';
import { benchDay } from './day.ts';
import { benchFleet } from './fleet.ts';
import { benchFloor } from './floor.ts';
import { benchGet } from './get.ts';
import { benchKernel } from './kernel.ts';
import { benchListeners } from './listeners.ts';
import { benchLoad } from './load.ts';
import { benchMap } from './map.ts';
import { benchMemory } from './memory.ts';
import { benchMulti } from './multi.ts';
import { benchPollers } from './pollers.ts';
import { benchQueue } from './queue.ts';
import { benchRemote } from './remote.ts';
import type { Bench } from './run.ts';
import { benchSweep } from './sweep.ts';
import { benchTable } from './table.ts';
import { benchTurns } from './turns.ts';
import { benchUpstream } from './upstream.ts';
import { benchWarm } from './warm.ts';
import { benchWatched } from './watched.ts';
import { benchWay } from './way.ts';
import { benchWorkers } from './workers.ts';
import { benchYears } from './years.ts';

/** The benches, in the order of the page. */
export const benches: readonly Bench[] = [
  {
    name: 'kernel',
    title: 'Counting one area',
    about:
      'Synthetic land cover and soil of 24,064 × 20,480 cells each (8 bits, tiles of 512 × 512, DEFLATE) are counted in areas of four sizes. Each tool has processes of its own, which run by turns with the others. ' +
      'Files are in memory, and the first count is not timed. A time is the median of the medians of all rounds. Two rasters are counted by their combinations of values. ' +
      'All answers are compared with Catchment’s. Those of numpy and rasterstats agree in every cell. exactextract counts shares of cells: its sums agree with those by shares to a millionth of all cells. geoblaze leaves out spans of one cell, which are at most one cell in 10,000.',
    run: benchKernel,
  },
  {
    name: 'sweep',
    title: 'Counting many areas in one pass',
    about: 'Areas as large as HUC-12s cover both rasters without gaps. They are counted in one process and one thread.',
    run: benchSweep,
  },
  {
    name: 'floor',
    title: 'What the machine can do',
    about:
      'The least that counting both rasters takes on one core: inflating their tiles and one increment for each cell, without areas, beside the sweep; and what two processes do at once. By turns, files in memory.',
    run: benchFloor,
  },
  {
    name: 'table',
    title: 'A table of many areas',
    about:
      'Areas that tile a part of a raster are counted on it by whole commands that write a CSV, from their start to their end, by turns. Catchment is the command as it is installed from its package. numpy and rasterstats count cells by their centres, exactextract by their shares, GDAL in both ways. ' +
      'Catchment reads areas in longitude and latitude from a GeoPackage, the others in the CRS of the raster.',
    run: benchTable,
  },
  {
    name: 'years',
    title: 'The same areas in rasters of many years',
    about:
      'Land cover of 41 years is counted in one request: each area is placed once, and each tile of each raster is read once. One process, one thread.',
    run: benchYears,
  },
  {
    name: 'country',
    title: 'The whole country',
    about:
      'Land cover and soil on the grid of the National Land Cover Database, and areas as large as HUC-12s that tile it: counted by one command, then through the queue; then asked for one by one, added up, and removed. Everything runs on this machine.',
    byRequest: true,
    run: benchCountry,
  },
  {
    name: 'workers',
    title: 'More raster workers',
    about:
      'A gateway, a worker that starts and finishes requests, one or two workers that plan, count and add up, and Redis run on the same machine.',
    run: benchWorkers,
  },
  {
    name: 'fleet',
    title: 'Many workers',
    about:
      'Workers of all roles warm areas through one queue, each a process of its own, with a Redis for the queue and one for the cache. Counting is simulated, so that what is left is the load on the queue.',
    byRequest: true,
    run: benchFleet,
  },
  {
    name: 'memory',
    title: 'Memory of one request',
    about: 'Each request goes through gateway and queue to a new worker process.',
    run: benchMemory,
  },
  {
    name: 'remote',
    title: 'Rasters behind HTTP',
    about:
      'The same areas are counted on local files and on a server process whose answers are late, first with an empty raster cache, then with a full one.',
    run: benchRemote,
  },
  {
    name: 'queue',
    title: 'A request that hits',
    about: 'One gateway process, one worker process and two Redis servers run on this machine.',
    run: benchQueue,
  },
  {
    name: 'get',
    title: 'A resource that the web can cache',
    about:
      'The same result by POST, which waits for a job; by GET, from the cache; and by GET from clients that have it. One gateway process, one worker process and two Redis servers run on this machine, as the clients do.',
    run: benchGet,
  },
  {
    name: 'way',
    title: 'The way of a request',
    about:
      'One gateway process and one worker process with one thread, a Redis for the queue and one for the cache, all on this machine. ' +
      'A hit is one of 200 results that the cache has; each small miss is another area of 5.4e4 to 1.1e5 cells of the sample. All areas are well known.',
    run: benchWay,
  },
  {
    name: 'watched',
    title: 'Being watched',
    about:
      'The same hits of two services on this machine, by turns: one with metrics and a line of the log for each request, the other with neither. Traces are off.',
    run: benchWatched,
  },
  {
    name: 'load',
    title: 'Minutes under load',
    about:
      'One gateway process and one worker process with one thread, a Redis for the queue and one for the cache, all on this machine, as the clients are. ' +
      'Of a hundred requests 90 are hits, nine small misses, and one counts 4.4e7 cells. They come at a steady rate, whether answers come or not. Afterwards three times as many come as are done at most; as many of the client may wait as are done in three seconds (`CLIENT_WAITING_LIMIT`).',
    run: benchLoad,
  },
  {
    name: 'day',
    title: 'A day’s traffic',
    about:
      'A day of a service on the sample in some minutes (`BENCH_MINUTES`, by default 10): a gateway, a worker `start,finish,chore`, a raster worker with one thread, and Redis. The metrics of all processes are written into a Prometheus as those of a day, and each query of the dashboard and of the alerts is evaluated over it.',
    byRequest: true,
    run: benchDay,
  },
  {
    name: 'pollers',
    title: 'Clients that poll',
    about:
      'One gateway process, one worker process and two Redis servers. Each client keeps a connection and asks for the status of one of 100 jobs every five seconds, a fifth more or less. Half of the jobs have ended, half wait.',
    run: benchPollers,
  },
  {
    name: 'listeners',
    title: 'Clients that listen',
    about:
      'One gateway process and two Redis servers. Each client keeps a connection on which it hears the statuses of one of 500 jobs, which wait, and then are dismissed.',
    run: benchListeners,
  },
  {
    name: 'turns',
    title: 'Turns between clients',
    about:
      'One gateway process and one worker process with one thread. One client asks for 5,000 small areas that are not cached, and waits for none; meanwhile another one asks for one thing after the other.',
    run: benchTurns,
  },
  {
    name: 'multi',
    title: 'Many operations on many areas',
    about:
      'The same operations on the sample’s rasters are asked for in one request, one by one, and one by one by 20 clients at once.',
    run: benchMulti,
  },
  {
    name: 'upstream',
    title: 'Totals of many areas',
    about:
      'A table of squares names the next one downstream. The total of all that drain to one of them is asked for, while the result of each is cached.',
    run: benchUpstream,
  },
  {
    name: 'map',
    title: 'The page with the map',
    about:
      'The page in Chromium without a graphics card, on the same machine as its gateway and its worker. Areas with crooked borders lie on a raster of the sample.',
    run: benchMap,
  },
  {
    name: 'cache',
    title: 'Stores of the cache',
    about:
      'The first table has the rate of each store and the bytes that an entry takes; the second the cost of reading an entry; the third the removal of some entries among a million.',
    run: benchCache,
  },
  {
    name: 'warm',
    title: 'Warming many areas',
    about:
      'The areas are small squares of one raster, so that the queue takes most of the time (`BENCH_AREAS`, by default 100,000).',
    run: benchWarm,
  },
];
