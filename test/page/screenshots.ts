import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { servePage } from './open-page.ts';

const folder = join(import.meta.dirname, '../../docs/images');

interface Shot {
  readonly name: string;
  readonly query: string;
  readonly options?: BrowserContextOptions;
  /** Waits for what has to be there, and does what comes before. */
  readonly until: (page: Page) => Promise<void>;
}

const area = 'huc12%2F990101010101';
const chart = (page: Page) => page.locator('.chart svg').first().waitFor();

const shots: readonly Shot[] = [
  {
    name: 'start',
    query: '?operation=landcover',
    until: (page) => page.locator('#answer .legend li').first().waitFor(),
  },
  { name: 'light', query: `?operation=landcover&area=${area}&raster=landcover`, until: chart },
  { name: 'dark', query: `?operation=landcover_soil&area=${area}`, options: { colorScheme: 'dark' }, until: chart },
  { name: 'change', query: `?operation=landcover_change&area=${area}`, until: chart },
  {
    name: 'compare',
    query: `?operation=landcover&area=${area}&beside=huc12%2F990101010109`,
    options: { viewport: { width: 1280, height: 1000 } },
    until: (page) => page.locator('.compared').waitFor(),
  },
  {
    name: 'upstream',
    query: '?operation=landcover&area=huc12%2F990101010111&upstream=true&unit=acres',
    until: (page) => page.locator('.compared').waitFor(),
  },
  {
    name: 'years',
    query: `?operation=landcover_in&area=${area}&every=year`,
    until: (page) => page.locator('.years svg').nth(1).waitFor(),
  },
  {
    name: 'phone',
    query: `?operation=elevation_statistics&area=${area}`,
    options: { viewport: { width: 390, height: 844 } },
    until: chart,
  },
  {
    name: 'error',
    query: '?operation=landcover&area=huc12%2Fnowhere',
    until: (page) => page.locator('article .problem').waitFor(),
  },
];

/** The time in which a map has drawn what it has. */
const drawnMilliseconds = 2500;

const served = await servePage();
mkdirSync(folder, { recursive: true });
for (const { name, query, options, until } of shots) {
  await using opened = await served.open(query, { viewport: { width: 1280, height: 800 }, ...options });
  await until(opened.page);
  await opened.page.waitForTimeout(drawnMilliseconds);
  await opened.page.screenshot({ path: join(folder, `page-${name}.png`) });
}
await served.stop();
