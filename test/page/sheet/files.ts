import type { Page } from 'playwright-core';
import { boxRing } from '../../box-ring.ts';
import { filesOf } from '../area-files.ts';
import { cellsIn, drawn, openAt, queryOf, ring } from './kit.ts';

const place = (page: Page, name: string) => page.locator('.place', { hasText: name }).waitFor();

describe('an area from a file or a text', () => {
  it('has the same cells in every format that is dropped, and as text that is pasted', async () => {
    await using opened = await openAt({ operation: 'landcover', unit: 'cells', drawn });
    const { page, faults } = opened;
    await page.locator('.summary').waitFor();
    const [cells] = await cellsIn(page);
    expect(cells).toBeGreaterThan(100_000);
    for (const file of filesOf(ring)) {
      await drop(page, file);
      await place(page, file.name.endsWith('.wkt') ? 'place.wkt' : file.name);
      await page.locator('.summary').waitFor();
      expect([file.name, await cellsIn(page)]).toEqual([file.name, [cells]]);
    }
    for (const text of [
      `SRID=4326;MULTIPOLYGON (((${ring.map((corner) => corner.join(' ')).join(', ')})))`,
      ring.map((corner) => corner.join(', ')).join('\n'),
    ]) {
      await openNothing(page);
      await paste(page, text);
      await page.locator('.summary').waitFor();
      expect(await cellsIn(page)).toEqual([cells]);
    }
    expect(faults).toEqual([]);
  });

  it('is chosen where a file has several, or all of them are one', async () => {
    const square = (west: number, name: string) => ({
      type: 'Feature',
      properties: { name },
      geometry: { type: 'Polygon', coordinates: [boxRing(west, 41.5, west + 0.05, 41.55)] },
    });
    const features = [square(-100.2, 'West'), square(-100.1, 'East')];
    const file = {
      name: 'two.geojson',
      bytes: Buffer.from(JSON.stringify({ type: 'FeatureCollection', features })),
    };
    await using opened = await openAt({ operation: 'landcover', unit: 'cells' });
    const { page, faults } = opened;
    await page.locator('.word').first().waitFor();
    const cells: number[] = [];
    for (const [button, name] of [
      ['West', 'West'],
      ['East', 'East'],
      ['All as one', 'two.geojson'],
    ] as const) {
      await drop(page, file);
      const dialog = page.getByRole('dialog', { name: 'two.geojson has 2 areas' });
      await dialog.getByRole('button', { name: button }).click();
      await place(page, name);
      await page.locator('.summary').waitFor();
      cells.push((await cellsIn(page))[0] as number);
    }
    const [west, east, both] = cells as [number, number, number];
    expect(both).toBe(west + east);
    expect(west).not.toBe(east);
    await drop(page, file);
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await place(page, 'two.geojson');
    expect(faults).toEqual([]);
  });

  it('is refused with what to do, where it is none', async () => {
    await using opened = await openAt({ operation: 'landcover' });
    const { page } = opened;
    await page.locator('.word').first().waitFor();
    for (const [name, text, sentence] of [
      ['a.png', '\x89PNG', /Save it as GeoJSON, KML, a GeoPackage or a zipped shapefile\.$/],
      ['a.geojson', '{', /^a.geojson is not JSON; expected GeoJSON\.$/],
      ['a.wkt', 'POLYGON EMPTY 1', /^a.wkt is no well-known text of polygons/],
      [
        'a.wkt',
        'POINT (1 2)',
        /^a.wkt is no area that can be read. Line 1 is “POINT \(1 2\)”; expected a longitude and a latitude/,
      ],
      ['a.wkt', 'SRID=3857;POLYGON ((0 0, 1 0, 1 1, 0 0))', /^a.wkt is in EPSG:3857/],
    ] as const) {
      await drop(page, { name, bytes: Buffer.from(text) });
      const alert = page.locator('.floating [role=alert]');
      await alert.waitFor();
      expect(await alert.innerText()).toMatch(sentence);
      await page.getByRole('button', { name: 'Close' }).click();
      await alert.waitFor({ state: 'detached' });
    }
  });
});

/** Drops a file onto the page. */
async function drop(page: Page, { name, bytes }: { readonly name: string; readonly bytes: Buffer }): Promise<void> {
  await page.evaluate(`{
    const bytes = Uint8Array.from(atob('${bytes.toString('base64')}'), (one) => one.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], '${name}'));
    document.querySelector('.drop').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  }`);
}

async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate(`{
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', ${JSON.stringify(text)});
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  }`);
}

/** Leaves the area that is asked about. */
async function openNothing(page: Page): Promise<void> {
  const { origin } = new URL(page.url());
  await page.goto(`${origin}/${queryOf({ operation: 'landcover', unit: 'cells' })}`);
  await page.locator('.word').first().waitFor();
}
