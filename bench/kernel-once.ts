/**
 * One process of the kernel bench: `node kernel-once.ts MODE INPUTS POLYGON REPETITIONS`. Prints
 * what it measured as JSON.
 */
import { cellsWithParts } from '@cellshed/raster';
import { polygonsOf, valuesText } from './inputs.ts';
import { type KernelMode, kernelModes } from './kernel-modes.ts';
import { type Measured, warmMilliseconds } from './measured.ts';

const [mode = '', inputs = '', polygon = '', repetitions = ''] = process.argv.slice(2);
const open = kernelModes[mode as KernelMode];
if (!open) throw new Error(`no mode "${mode}"; expected one of ${Object.keys(kernelModes).join(', ')}`);
const counter = await open(inputs);
const polygons = polygonsOf(inputs, polygon);

// The first warm files, code and what the mode keeps: a worker has counted before, too.
const begun = performance.now();
let counts = await counter.count(polygons);
while (performance.now() - begun < warmMilliseconds) counts = await counter.count(polygons);
const milliseconds: number[] = [];
for (let repetition = 0; repetition < Number(repetitions); repetition++) {
  const before = performance.now();
  counts = await counter.count(polygons);
  milliseconds.push(performance.now() - before);
}
await counter.close();
const measured: Measured = {
  milliseconds,
  peakMebibytes: Math.round(process.resourceUsage().maxRSS / 1024),
  counts: Object.fromEntries(counts.groups.map((group) => [valuesText(group.values), cellsWithParts(group)])),
};
console.log(JSON.stringify(measured));
