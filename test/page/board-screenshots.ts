import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@cellshed/client';
import { startService } from '../service.ts';
import { launch } from './launch.ts';

const root = join(import.meta.dirname, '../..');
const images = join(root, 'docs/images');
const password = 'for-these-images';
const area = 'huc8/99010101';

/** Tiles begin behind the header of the file, and its tags follow them. */
const startOfTiles = 8;

/** The sample in a folder of its own, whose raster of soils can be damaged and mended. */
function placeSample() {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-board-'));
  cpSync(join(root, '.catchment/sample'), folder, { recursive: true });
  const soil = join(folder, 'soil.tif');
  const whole = readFileSync(soil);
  return {
    catalog: join(folder, 'catalog.yaml'),
    /** Writes zeros over most of its tiles. */
    damage: () => writeFileSync(soil, Buffer.from(whole).fill(0, startOfTiles, Math.floor(whole.length / 2))),
    mend: () => writeFileSync(soil, whole),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

const sample = placeSample();
// Stacks have the paths of this folder.
const settings = { ADMIN_PASSWORD: password, TILES_PER_JOB: '1', NODE_OPTIONS: '--stack-trace-limit=0' };
const service = await startService(sample.catalog, settings);
const client = createClient(service.url);
const browser = await launch();
const context = await browser.newContext({
  ...{ viewport: { width: 1280, height: 1000 }, reducedMotion: 'reduce' },
  httpCredentials: { username: 'admin', password },
});
const page = await context.newPage();

/** The id of a request for an operation, once it has ended. */
async function ask(operation: string): Promise<string> {
  const { jobID } = await client.execute(operation, { area });
  await client.wait(jobID);
  return jobID;
}

/** The time in which panels and trees have come to rest. */
const drawnMilliseconds = 2000;

async function take(name: string): Promise<void> {
  await page.getByRole('button', { name: 'Fit the whole flow' }).click();
  await page.waitForTimeout(drawnMilliseconds);
  await page.screenshot({ path: join(images, `board-${name}.png`) });
}

const show = (job: string) => page.goto(`${service.url}/admin/queues/queue/finish/${job}`);

mkdirSync(images, { recursive: true });
await show(await ask('landcover'));
await page.getByRole('button', { name: 'Expand the flow to fullscreen' }).click();
await take('flow');
sample.damage();
const request = await ask('landcover_soil');
await show(request);
await take('failed');
sample.mend();
await page.locator('button:has(svg.lucide-refresh-cw)').first().click();
await page.getByRole('button', { name: 'Confirm' }).click();
await client.wait(request);
await show(request);
await take('retried');
await browser.close();
await service.stop();
sample.remove();
