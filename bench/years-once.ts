/**
 * `node years-once.ts INPUTS YEARS`: counts so many rasters of one kind, in a HUC-8 and in all
 * areas of the sweep, all of them in one pass. Prints what it measured as JSON.
 */

import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRefusal, type Request, refusalText } from '@cellshed/contracts';
import { countWhole, openOperations } from '@cellshed/operations';
import { countGroups, openRaster, planTiles, stackRasters, windowSpans } from '@cellshed/raster';
import { median } from './findings.ts';
import type { YearsMeasured } from './years.ts';

const [inputs = '', count = '1'] = process.argv.slice(2);
const years = Array.from({ length: Number(count) }, (_, i) => String(1985 + i));
const areasAtOnce = 250;
const folder = mkdtempSync(join(tmpdir(), 'catchment-years-'));
for (const year of years) symlinkSync(`${inputs}/nlcd.tif`, join(folder, `cover_${year}.tif`));
const rasters = years.map((year) => `  cover_${year}: { url: cover_${year}.tif }`);
copyFileSync(`${inputs}/polys/huc8_1.lonlat.geojson`, join(folder, 'huc8.geojson'));
const catalogPath = join(folder, 'catalog.yaml');
writeFileSync(
  catalogPath,
  `rasters:
${rasters.join('\n')}
operations:
  cover: { type: groupedCount, rasters: ["cover_{year}"], parameters: { year: { values: ${JSON.stringify(years)} } } }
areas:
  sweep: { source: ${inputs}/sweep.gpkg, table: sweep, id: id }
  huc8: { source: huc8.geojson, id: id }
`,
);
const operations = await openOperations({ catalogPath, decodeThreads: 0 });
const huc8 = await operations.idsOf('huc8', () => true);
const sweep = await operations.idsOf('sweep', () => true);
const [huc8Measured, sweepMeasured] = [await measure('huc8', huc8), await measure('sweep', sweep)];
const alone = await measureAlone();
await operations.close();
rmSync(folder, { recursive: true });
const measured: YearsMeasured = {
  huc8: huc8Measured,
  sweep: sweepMeasured,
  aloneCpuSeconds: alone,
  peakMebibytes: Math.round(process.resourceUsage().maxRSS / 1024),
};
console.log(JSON.stringify(measured));

/**
 * The CPU seconds of decoding one raster and counting all of its cells, without areas: the median
 * of five times.
 */
async function measureAlone(): Promise<number> {
  const raster = await openRaster({ name: 'cover', url: `${inputs}/nlcd.tif`, decodeThreads: 0 });
  const stack = stackRasters([raster]);
  const spans = windowSpans(stack.bounds);
  const { runs: tiles } = planTiles(stack, spans);
  const turns = [];
  for (let turn = 0; turn < 5; turn++) turns.push(await profiled(() => countGroups({ stack, spans, tiles })));
  await raster.close();
  return median(turns.map(({ cpuSeconds }) => cpuSeconds));
}

/** Counts all years in areas of a table, and takes the share of the time that placing took. */
async function measure(table: string, ids: readonly string[]) {
  let differing = 0;
  const { seconds, cpuSeconds, profile } = await profiled(async () => {
    for (let at = 0; at < ids.length; at += areasAtOnce)
      differing += await countYears(table, ids.slice(at, at + areasAtOnce));
  });
  return { seconds, cpuSeconds, placing: shareOf('placeArea', profile), differing };
}

/** Does some work, and tells what it took and where. */
async function profiled(work: () => Promise<unknown>) {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  const [before, cpuBefore] = [performance.now(), process.cpuUsage()];
  await work();
  const seconds = (performance.now() - before) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return { seconds, cpuSeconds: (user + system) / 1e6, profile };
}

/** The areas in which a year has other counts than the first: all rasters are the same. */
async function countYears(table: string, ids: readonly string[]): Promise<number> {
  const requests = ids.flatMap((id) => years.map((year) => requestOf({ table, id }, year)));
  const identities = await operations.identifyAll(requests);
  if (isRefusal(identities)) throw new Error(refusalText(identities));
  const fingerprints = identities.map(({ fingerprint }) => fingerprint);
  const whole = await countWhole(operations, requests, { fingerprints });
  if (isRefusal(whole)) throw new Error(refusalText(whole));
  const groups = whole.documents.map((document) => JSON.stringify('groups' in document && document.groups));
  return groups.filter((text, i) => text !== groups[i - (i % years.length)]).length;
}

function requestOf(area: { readonly table: string; readonly id: string }, year: string): Request {
  const definition = { type: 'groupedCount', rasters: [`cover_${year}`] } as const;
  return { operation: 'cover', definition, area, coverage: 'centre' };
}

/** The share of the samples in which a function, or what it calls, was running. */
function shareOf(name: string, { nodes, samples = [] }: Profiler.Profile): number {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const within = new Set<number>();
  const enter = (id: number, isWithin: boolean): void => {
    const node = byId.get(id)!;
    const isIn = isWithin || node.callFrame.functionName === name;
    if (isIn) within.add(id);
    for (const child of node.children ?? []) enter(child, isIn);
  };
  enter(nodes[0]!.id, false);
  const idle = new Set(nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id));
  const busy = samples.filter((id) => !idle.has(id));
  return busy.filter((id) => within.has(id)).length / busy.length;
}
