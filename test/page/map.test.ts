import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { until } from '../until.ts';
import { type Opened, type Served, servePage } from './open-page.ts';

const mostCells = 4_000_000;
let served: Served;

beforeAll(async () => {
  served = await servePage({ CELL_LIMIT: String(mostCells) });
});

afterAll(async () => {
  await served.stop();
});

const areaQuery = encodeURIComponent('huc12/990101010101');

/** A part of the map as it looks, from one share of its width to another. */
async function looks(page: Page, from: number, to: number): Promise<string> {
  const box = (await page.locator('.canvas').boundingBox()) as { x: number; y: number; width: number; height: number };
  const clip = {
    x: box.x + from * box.width,
    y: box.y + 0.55 * box.height,
    width: (to - from) * box.width,
    height: 40,
  };
  return (await page.screenshot({ clip })).toString('base64');
}

/** Waits until a part of the map looks so. It ends what hangs that it does not. */
async function untilLooks(page: Page, [from, to]: readonly [number, number], expected: string): Promise<void> {
  while ((await looks(page, from, to)) !== expected) await page.waitForTimeout(100);
}

/** Waits until the map has drawn what the page has told it to. */
async function untilDrawn(page: Page): Promise<void> {
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))');
  await page.locator('.canvas[aria-busy=false]').waitFor();
}

/** Waits until the page has got a tile of a raster. */
function untilPicture({ answers }: Opened, raster: string): Promise<void> {
  return until(() => answers.some((one) => one.url().includes(`/api/rasters/${raster}/tiles/`) && one.ok()));
}

describe('the raster under an area', () => {
  const left = [0.2, 0.4] as const;
  const right = [0.6, 0.8] as const;

  it('is that of the question, and of its year', async () => {
    await using opened = await served.open(`?operation=landcover_in&area=${areaQuery}&p.year=2001`);
    const { page, faults } = opened;
    await untilPicture(opened, 'landcover_2001');
    await page.getByRole('combobox', { name: 'Year' }).selectOption('2011');
    await untilPicture(opened, 'landcover_2011');
    await page.getByRole('combobox', { name: 'What is counted' }).selectOption('precipitation');
    await page.getByRole('combobox', { name: 'Season' }).selectOption('summer');
    await untilPicture(opened, 'precipitation_summer');
    await page.getByRole('combobox', { name: 'Raster' }).selectOption({ label: 'No raster' });
    await page.getByRole('slider').waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('raster')).toBe('');
    expect(faults).toEqual([]);
  });

  it('is divided between the two years of a change, by a divider that keys move', async () => {
    const change = `?operation=landcover_change&area=${areaQuery}&p.from=2001&p.to=2040`;
    await using opened = await served.open(change);
    const { page, faults } = opened;
    const divider = page.getByRole('slider', { name: 'Divider between 2001 on the left and 2040 on the right' });
    await divider.waitFor();
    const raster = page.getByRole('combobox', { name: 'Raster' });
    const only = async (name: string) => {
      await raster.selectOption(name);
      await divider.waitFor({ state: 'detached' });
      await untilDrawn(page);
      const seen = { left: await looks(page, ...left), right: await looks(page, ...right) };
      await raster.selectOption({ label: 'As in the question' });
      await divider.waitFor();
      return seen;
    };
    const [before, after] = [await only('landcover_2001'), await only('landcover_2040')];
    expect(before.right).not.toBe(after.right);
    await untilLooks(page, left, before.left);
    await untilLooks(page, right, after.right);
    await divider.focus();
    for (const _ of Array.from({ length: 35 })) await page.keyboard.press('ArrowRight');
    expect(await divider.getAttribute('aria-valuetext')).toBe('2001 on 85 % of the map');
    await untilLooks(page, right, before.right);
    await divider.press('Home');
    await untilLooks(page, left, after.left);
    expect(faults).toEqual([]);
  });
});

describe('the years of an operation', () => {
  const query = `?operation=landcover_in&area=${areaQuery}&p.year=2001&every=year`;
  const yearOf = (page: Page) => new URL(page.url()).searchParams.get('p.year');

  it('are played one after the other, in the question and as pictures', async () => {
    await using opened = await served.open(query, { reducedMotion: 'no-preference' });
    const { page, faults } = opened;
    await page.getByRole('button', { name: 'Play' }).click();
    for (const year of ['2011', '2021', '2040']) await untilPicture(opened, `landcover_${year}`);
    await page.getByRole('button', { name: 'Play' }).waitFor();
    expect(yearOf(page)).toBe('2040');
    await page.locator('th', { hasText: 'Land cover in 2040' }).first().waitFor();
    expect(faults).toEqual([]);
  });

  it('are stepped through where motion is not wanted', async () => {
    await using opened = await served.open(query);
    const { page, faults } = opened;
    await page.getByRole('button', { name: 'Year after' }).click();
    await page.getByRole('group', { name: 'Year' }).getByText('2011').waitFor();
    expect(yearOf(page)).toBe('2011');
    expect(await page.getByRole('combobox', { name: 'Year' }).inputValue()).toBe('2011');
    await page.getByRole('button', { name: 'Year before' }).click();
    await page.getByRole('group', { name: 'Year' }).getByText('2001').waitFor();
    expect(await page.getByRole('button', { name: 'Year before' }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Play' }).count()).toBe(0);
    expect(faults).toEqual([]);
  });
});

describe('the corners of a drawn area', () => {
  const drawn = '-100.2,41.5;-100,41.5;-100,41.6;-100.2,41.6';
  const cornersOf = (page: Page) => new URL(page.url()).searchParams.get('drawn')?.split(';') ?? [];

  /** Opens an area with its corners to be moved. */
  const openCorners = async (corners: string) => {
    const opened = await served.open(`?operation=landcover&unit=cells&drawn=${corners}`);
    await opened.page.getByRole('button', { name: 'Move its corners' }).click();
    await opened.page.locator('.corner').first().waitFor();
    return opened;
  };

  it('are moved, added and removed by keys, and the area is asked about again', async () => {
    await using opened = await openCorners(drawn);
    const { page, faults } = opened;
    const status = page.locator('.tools [role=status]');
    await page.getByRole('button', { name: /^Corner 3 of 4/ }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: /^Corner 3 of 4: -99\.\d/ }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Corner 4 of 5/ }).waitFor();
    await page.locator('.corner:focus').waitFor();
    await page.keyboard.press('Shift+ArrowUp');
    await page.getByRole('button', { name: /^Corner 1 of 5/ }).focus();
    await page.keyboard.press('Delete');
    await status.getByText('4 corners').waitFor();
    await page.keyboard.press('Control+z');
    await status.getByText('5 corners').waitFor();
    expect(await status.innerText()).not.toMatch(/at most/);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.locator('.corner').first().waitFor({ state: 'detached' });
    const corners = cornersOf(page);
    expect(corners.length).toBe(5);
    expect(corners[0]).toBe('-100.2,41.5');
    expect(Number(corners[2]?.split(',')[0])).toBeGreaterThan(-100);
    expect(Number(corners[3]?.split(',')[1])).toBeGreaterThan(41.6);
    expect(faults).toEqual([]);
  });

  it('are dragged, also new ones between them, or left as they were', async () => {
    await using opened = await openCorners(drawn);
    const { page, faults } = opened;
    const drag = async (name: RegExp, byX: number, byY: number) => {
      const box = (await page.getByRole('button', { name }).boundingBox()) as { x: number; y: number };
      await page.mouse.move(box.x + 12, box.y + 12);
      await page.mouse.down();
      await page.mouse.move(box.x + 12 + byX, box.y + 12 + byY, { steps: 3 });
      await page.mouse.up();
    };
    await drag(/^Add a corner between 1 and 2/, 0, 30);
    await drag(/^Corner 1 of 5/, -15, 0);
    await page.getByRole('button', { name: 'Leave it as it was' }).click();
    expect(cornersOf(page).join(';')).toBe(drawn);
    await page.getByRole('button', { name: 'Move its corners' }).click();
    await drag(/^Add a corner between 1 and 2/, 0, 30);
    await drag(/^Corner 1 of 5/, -15, 0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Done' }).click();
    const [first, second] = cornersOf(page);
    expect(first).toBe('-100.2,41.5');
    expect(second?.split(',')[0]).toBe('-100.1');
    expect(Number(second?.split(',')[1])).toBeLessThan(41.5);
    expect(faults).toEqual([]);
  });

  it('have the limits of the service said while they are moved', async () => {
    await using opened = await openCorners('-102,40;-99,40;-99,43;-102,43');
    await opened.page.locator('.tools').getByText('at most 4,000,000 are counted at once').waitFor();
  });
});

describe('a drawn area', () => {
  const crossing = '-100.2,41.5;-100,41.6;-100,41.5;-100.2,41.6';

  it('that crosses itself has an outline and its true size, and is the same in its link', async () => {
    await using opened = await served.open(`?operation=landcover&raster=&drawn=${crossing}`);
    const { page, faults } = opened;
    await page.getByText('The outline crosses itself: what it goes around twice does not count.').waitFor();
    const said = await page.locator('.summary').innerText();
    await untilDrawn(page);
    const seen = await looks(page, 0.2, 0.8);
    await page.getByRole('button', { name: 'Move its corners' }).click();
    const size = page.locator('.tools [role=status]');
    await size.getByText('The outline crosses itself').waitFor();
    const [counted, drawn] = [said, await size.innerText()].map((text) => Number(/([\d.]+)\skm²/.exec(text)?.[1]));
    expect(Math.abs((drawn as number) / (counted as number) - 1)).toBeLessThan(0.01);
    await page.getByRole('button', { name: 'Leave it as it was' }).click();
    await page.goto(`${served.service.url}/?operation=landcover&raster=`);
    await untilDrawn(page);
    expect(await looks(page, 0.2, 0.8)).not.toBe(seen);
    expect(faults).toEqual([]);
  });

  it('stands beside another area, and a link restores both with the same cells and the same place', async () => {
    await using opened = await served.open(`?operation=landcover&area=${areaQuery}&unit=cells&raster=`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const { page, faults } = opened;
    await page.locator('.summary').waitFor();
    await page.getByRole('button', { name: 'Compare with another area' }).click();
    await page.getByText('Choose the second area').waitFor();
    await page.getByRole('button', { name: 'Draw an area' }).click();
    const box = (await page.locator('.canvas').boundingBox()) as {
      x: number;
      y: number;
      width: number;
      height: number;
    };
    const status = page.locator('.tools [role=status]');
    await status.getByText('Click on the map').waitFor();
    // Each corner is clicked until the drawing library has it.
    for (const [index, [x, y]] of [
      [0.41, 0.42],
      [0.61, 0.44],
      [0.52, 0.61],
    ].entries()) {
      const count = index === 0 ? /^One corner/ : new RegExp(`^${index + 1} corners`);
      while (!count.test(await status.innerText())) {
        await page.mouse.move(box.x + (x as number) * box.width, box.y + (y as number) * box.height);
        await page.mouse.click(box.x + (x as number) * box.width, box.y + (y as number) * box.height);
        await page.waitForTimeout(200);
      }
    }
    await page.getByRole('button', { name: 'Finish' }).click();
    await page.locator('.compared').waitFor();
    const figures = await page.locator('.compared tbody').innerText();
    expect(await page.locator('.place').nth(1).innerText()).toBe('the drawn area');
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await untilDrawn(page);
    const copyLink = async () => {
      await page.getByRole('button', { name: 'Copy link' }).click();
      await page.getByText('Copied').waitFor();
      return page.evaluate<string>('navigator.clipboard.readText()');
    };
    const link = await copyLink();
    const members = new URL(link).searchParams;
    expect([members.get('area'), members.get('beside-drawn')?.split(';').length]).toEqual(['huc12/990101010101', 3]);
    expect(members.get('at')).toMatch(/^\d+\.\d\d,-\d/);
    await page.goto(link);
    await page.locator('.compared').waitFor();
    expect(await page.locator('.compared tbody').innerText()).toBe(figures);
    await untilDrawn(page);
    expect(await copyLink()).toBe(link);
    await page.getByRole('button', { name: 'Stop comparing' }).click();
    await page.locator('.compared').waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
  });
});

describe('the areas of a map', () => {
  it('are explained by a legend until there is an answer, and the whole map is one click away', async () => {
    await using opened = await served.open('?operation=elevation_statistics');
    const { page, faults } = opened;
    await page.getByRole('heading', { name: 'On the map: Elevation (synthetic)' }).waitFor();
    await page
      .getByRole('img', { name: /^Elevation \(synthetic\): [\d.]+\sm – [\d.]+\sm$/ })
      .first()
      .waitFor();
    await page.getByRole('combobox', { name: 'What is counted' }).selectOption('landcover');
    await page.locator('#answer').getByText('Emergent Herbaceous Wetlands').waitFor();
    await untilDrawn(page);
    const scale = page.locator('.maplibregl-ctrl-scale');
    const whole = await scale.innerText();
    while ((await scale.innerText()) === whole) await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.getByRole('button', { name: 'Whole map' }).click();
    await scale.getByText(whole, { exact: true }).waitFor();
    expect(faults).toEqual([]);
  });

  it('are larger or smaller ones as somebody zooms out or in, and have their names under the pointer', async () => {
    await using opened = await served.open('?raster=');
    const { page, faults } = opened;
    await page.locator('.canvas[aria-busy=false]').waitFor();
    const box = (await page.locator('.canvas').boundingBox()) as {
      x: number;
      y: number;
      width: number;
      height: number;
    };
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    const zoomUntil = async (level: string, by: number) => {
      while (!(await page.getByRole('radio', { name: level }).isChecked())) {
        await page.mouse.wheel(0, by);
        await page.waitForTimeout(300);
      }
    };
    expect(await page.getByRole('radio', { name: 'Synthetic subwatersheds' }).isChecked()).toBe(true);
    await zoomUntil('Synthetic subbasins', 300);
    await zoomUntil('Synthetic subwatersheds', -300);
    // The pointer rests on an area when its tile has come.
    while ((await page.locator('.hover').count()) === 0) await page.mouse.move(x + Math.random(), y);
    expect(await page.locator('.hover').innerText()).toMatch(/\w/);
    expect(faults).toEqual([]);
  });

  it('have cells by rules, of which the list has pictures', async () => {
    await using opened = await served.open(`?operation=landcover&area=${areaQuery}`);
    const { page, faults } = opened;
    const rules = page.getByRole('combobox', { name: 'Which cells count' });
    await rules.waitFor();
    const darkness = (rule: string) =>
      rules
        .locator(`option[value=${rule}] rect`)
        .evaluateAll((all) => all.map((one) => Number(one.getAttribute('fill-opacity'))));
    expect(await darkness('centre')).toEqual([1, 1, 1, 1, 0, 0]);
    expect(await darkness('touched')).toEqual([1, 1, 1, 1, 1, 0]);
    const shares = (await darkness('fraction')).map((share) => share.toFixed(1));
    expect(shares).toEqual(['1.0', '1.0', '1.0', '0.8', '0.2', '0.0']);
    expect(faults).toEqual([]);
  });
});

describe('a map of another server', () => {
  /** A pixel of an uncommon green. */
  const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGMQWm0CAAHEAPIzASZ9AAAAAElFTkSuQmCC';

  /** A server of such tiles, and of a style of them: its URL, and the sites that asked it. */
  async function startMaps() {
    const sites = new Set<string | undefined>();
    const server = createServer(({ url, headers }, response) => {
      sites.add(headers.referer);
      response.setHeader('access-control-allow-origin', '*');
      if (url !== '/style.json')
        return response.setHeader('content-type', 'image/png').end(Buffer.from(pixel, 'base64'));
      const source = { type: 'raster', tiles: [`${base}/{z}/{x}/{y}.png`], attribution: 'Maps of a style' };
      const layers = [{ id: 'tiles', type: 'raster', source: 'tiles' }];
      return response.end(JSON.stringify({ version: 8, sources: { tiles: source }, layers }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const base = `http://127.0.0.1:${port}`;
    return { base, sites, [Symbol.asyncDispose]: async () => void server.close() };
  }

  it.each([
    ['/{z}/{x}/{y}.png', 'Maps of tiles'],
    ['/style.json', 'Maps of a style'],
  ])('lies under the areas if the operator names it: %s', async (path, attribution) => {
    await using maps = await startMaps();
    const url = await served.gateway({ BASE_MAP_URL: `${maps.base}${path}`, BASE_MAP_ATTRIBUTION: 'Maps of tiles' });
    const policy = (await fetch(`${url}/`)).headers.get('content-security-policy');
    expect(policy).toContain(`connect-src 'self' ${maps.base};`);
    await using opened = await served.open(`${url}/?raster=`);
    const { page, faults } = opened;
    await page.getByText(attribution).waitFor();
    await page.locator('.canvas[aria-busy=false]').waitFor();
    expect(new Set(faults)).toEqual(new Set([`request to ${new URL(maps.base).host}`]));
    expect([...maps.sites]).toEqual([`${url}/`]);
    // A tile that has come is drawn later.
    await until(async () => {
      const seen = await page.locator('.canvas').screenshot();
      return (await shareOf(page, seen, [18, 171, 52])) > 0.5;
    });
  });
});

/** The share of a picture that has a colour. */
function shareOf(page: Page, picture: Buffer, rgb: readonly number[]): Promise<number> {
  return page.evaluate(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${picture.toString('base64')}';
    await image.decode();
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const pixels = Array.from({ length: data.length / 4 }, (_, i) => data.slice(4 * i, 4 * i + 3).join());
    return pixels.filter((one) => one === '${rgb.join()}').length / pixels.length;
  })()`);
}
