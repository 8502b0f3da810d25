/**
 * `node geoblaze-counts.ts FOLDER INPUTS POLYGON REPETITIONS`: one raster by its values, with
 * geoblaze from FOLDER/node_modules.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Measured, warmMilliseconds } from '../measured.ts';

interface Geoblaze {
  parse(url: string): Promise<object>;
  histogram(
    raster: object,
    area: object,
    options: { readonly scaleType: 'nominal' },
  ): Promise<[Record<string, number>]>;
}

const [folder = '', inputs = '', polygon = '', repetitions = ''] = process.argv.slice(2);
const { default: geoblaze } = createRequire(join(folder, 'here.js'))('geoblaze') as { readonly default: Geoblaze };
const area = JSON.parse(readFileSync(`${inputs}/polys/${polygon}.5070.geojson`, 'utf8')).features[0].geometry;

// It reads parts of a raster through HTTP only: files it loads whole.
const program = join(import.meta.dirname, '../remote-server.ts');
const server = spawn(process.execPath, [program, inputs, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const [port] = await once(server.stdout, 'data');
  const raster = await geoblaze.parse(`http://127.0.0.1:${Number(port)}/nlcd.tif`);
  const milliseconds: number[] = [];
  const begun = performance.now();
  let counts = await count(raster);
  while (performance.now() - begun < warmMilliseconds) counts = await count(raster);
  for (let repetition = 0; repetition < Number(repetitions); repetition++) {
    const before = performance.now();
    counts = await count(raster);
    milliseconds.push(performance.now() - before);
  }
  const measured: Measured = { milliseconds, peakMebibytes: Math.round(process.resourceUsage().maxRSS / 1024), counts };
  console.log(JSON.stringify(measured));
} finally {
  server.kill();
}

async function count(raster: object): Promise<Record<string, number>> {
  const [counts] = await geoblaze.histogram(raster, area, { scaleType: 'nominal' });
  return counts;
}
