/**
 * `node sweep-once.ts INPUTS AREAS`: counts the sweep's areas in one process and one thread, so many in each pass, as `precompute`
 * does it: identified, planned, counted, written as result documents. Prints what it measured as JSON.
 */
import {
  isRefusal,
  type OperationRequest,
  openOperations,
  type PartialResult,
  resultDocument,
} from '@catchment/operations';
import { valuesText } from './inputs.ts';
import { warmMilliseconds } from './measured.ts';
import type { SweepMeasured } from './sweep.ts';

const [inputs = '', areasAtOnce = ''] = process.argv.slice(2);
const tilesPerBatch = 256;
const open = () => openOperations({ catalogPath: `${inputs}/catalog.yaml`, decodeThreads: 0 });
let operations = await open();
const ids = await operations.idsOf('sweep', () => true);
const requests = ids.map(
  (id): OperationRequest => ({
    operation: 'nlcd_soil',
    area: { table: 'sweep', id },
    coverage: 'centre',
  }),
);

// A worker has counted before; what is opened anew remembers nothing of it.
const begun = performance.now();
for (let at = 0; at < requests.length && performance.now() - begun < warmMilliseconds; at += Number(areasAtOnce))
  await count(requests.slice(at, at + Number(areasAtOnce)));
await operations.close();
operations = await open();

const documents = new Map<string, string>();
const [before, cpuBefore] = [performance.now(), process.cpuUsage()];
for (let at = 0; at < requests.length; at += Number(areasAtOnce)) {
  const pass = requests.slice(at, at + Number(areasAtOnce));
  for (const [index, document] of (await count(pass)).entries()) documents.set(ids[at + index]!, document);
}
const { user, system } = process.cpuUsage(cpuBefore);
const measured: SweepMeasured = {
  seconds: (performance.now() - before) / 1000,
  cpuSeconds: (user + system) / 1e6,
  peakMebibytes: Math.round(process.resourceUsage().maxRSS / 1024),
  results: Object.fromEntries(Array.from(documents, ([id, document]) => [id, countsOf(document)])),
  documentBytes: [...documents.values()].reduce((sum, document) => sum + Buffer.byteLength(document), 0),
};
await operations.close();
console.log(JSON.stringify(measured));

/** The result documents of some areas, as text. */
async function count(pass: readonly OperationRequest[]): Promise<string[]> {
  const [identities, plan] = [
    await operations.identifyAll(pass),
    await operations.plan(pass, undefined, tilesPerBatch),
  ];
  if (isRefusal(identities) || isRefusal(plan)) throw new Error(JSON.stringify([identities, plan]));
  const parts = pass.map((): PartialResult[] => []);
  for (const { members, ...tiles } of plan.batches) {
    const own = members.map((member) => pass[member]!);
    const fingerprints = members.map((member) => identities[member]!.fingerprint);
    const counted = await operations.count(own, undefined, { ...tiles, fingerprints });
    for (const [index, member] of members.entries()) parts[member]!.push(counted[index]!);
  }
  return plan.frames.map((frame, index) => JSON.stringify(resultDocument(frame, parts[index]!)));
}

interface Document {
  readonly groups: readonly { readonly values: readonly (number | null)[]; readonly cells: number }[];
}

function countsOf(document: string): Record<string, number> {
  const { groups } = JSON.parse(document) as Document;
  return Object.fromEntries(groups.map(({ values, cells }) => [valuesText(values), cells]));
}
