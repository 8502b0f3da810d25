/**
 * `node sweep-once.ts INPUTS AREAS THREADS`: counts the sweep's areas in one process, so many in
 * each pass, as `precompute` does it: identified, planned, counted, written as result documents; in
 * this thread (0), or in so many others. Prints what it measured as JSON.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRefusal, type Request, refusalText } from '@cellshed/contracts';
import { countWhole, openOperations } from '@cellshed/operations';
import { openCountPool } from '@cellshed/pool';
import { valuesText } from './inputs.ts';
import { warmMilliseconds } from './measured.ts';
import type { SweepMeasured } from './sweep.ts';

const [inputs = '', ...numbers] = process.argv.slice(2);
const [areasAtOnce = 1, threads = 0] = numbers.map(Number);
const tilesPerBatch = 256;
const folder = mkdtempSync(join(tmpdir(), 'catchment-sweep-'));
const catalogPath = join(folder, 'catalog.yaml');
// The same areas twice: what was found of one table is not known of the other.
const table = `{ source: ${inputs}/sweep.gpkg, table: sweep, id: id }`;
writeFileSync(
  catalogPath,
  `rasters: { nlcd: { url: ${inputs}/nlcd.tif }, soil: { url: ${inputs}/soil.tif } }
operations: { nlcd_soil: { type: groupedCount, rasters: [nlcd, soil] } }
areas: { sweep: ${table}, before: ${table} }
`,
);
const operations = await openOperations({ catalogPath, decodeThreads: 0 });
const { catalog } = operations;
const pool = threads > 0 ? openCountPool({ catalogPath, catalog, recheckMilliseconds: 0, threads }) : undefined;
const ids = await operations.idsOf('sweep', () => true);

// A worker has counted before.
await countAll('before', performance.now() + warmMilliseconds);
const [before, cpuBefore] = [performance.now(), process.cpuUsage()];
const documents = await countAll('sweep', Number.POSITIVE_INFINITY);
const { user, system } = process.cpuUsage(cpuBefore);
const measured: SweepMeasured = {
  seconds: (performance.now() - before) / 1000,
  cpuSeconds: (user + system) / 1e6,
  peakMebibytes: Math.round(process.resourceUsage().maxRSS / 1024),
  results: Object.fromEntries(Array.from(documents, ([id, document]) => [id, countsOf(document)])),
  documentBytes: [...documents.values()].reduce((sum, document) => sum + Buffer.byteLength(document), 0),
};
await Promise.all([operations.close(), pool?.close()]);
rmSync(folder, { recursive: true });
console.log(JSON.stringify(measured));

/** The result documents of all areas, by their ids; of those that are begun before a time. */
async function countAll(table: string, until: number): Promise<Map<string, string>> {
  const documents = new Map<string, string>();
  const passes: (readonly string[])[] = [];
  for (let at = 0; at < ids.length; at += areasAtOnce) passes.push(ids.slice(at, at + areasAtOnce));
  const work = async () => {
    while (performance.now() < until) {
      const pass = passes.shift();
      if (pass === undefined) return;
      const counted = await count(
        pass.map((id) => ({ operation: 'nlcd_soil', area: { table, id }, coverage: 'centre' })),
      );
      for (const [i, document] of counted.entries()) documents.set(pass[i]!, document);
    }
  };
  // One more for each thread, which waits for it.
  await Promise.all(Array.from({ length: Math.max(1, 2 * threads) }, work));
  return documents;
}

/** The result documents of some areas, as text. */
async function count(pass: readonly Request[]): Promise<string[]> {
  const identities = await operations.identifyAll(pass);
  if (isRefusal(identities)) throw new Error(refusalText(identities));
  const fingerprints = identities.map(({ fingerprint }) => fingerprint);
  if (pool) {
    const task = { computation: 'sweep', requests: [...pass], fingerprints, mostTiles: Number.MAX_SAFE_INTEGER };
    const swept = await pool.sweep(task, AbortSignal.timeout(600_000));
    return swept!.results.map(({ value }) => value);
  }
  const whole = await countWhole(operations, pass, { fingerprints, tilesPerBatch });
  if (isRefusal(whole)) throw new Error(refusalText(whole));
  return whole.documents.map((document) => JSON.stringify(document));
}

interface Document {
  readonly groups: readonly { readonly values: readonly (number | null)[]; readonly cells: number }[];
}

function countsOf(document: string): Record<string, number> {
  const { groups } = JSON.parse(document) as Document;
  return Object.fromEntries(groups.map(({ values, cells }) => [valuesText(values), cells]));
}
