import { readFileSync } from 'node:fs';
import { answerOf } from '../open-page.ts';
import { below, drawn, kit, openAt, queryOf, section } from './kit.ts';

describe('what goes wrong', () => {
  /** A gateway that allows little. */
  let strict: string;
  beforeAll(async () => {
    strict = await kit.served.gateway({ AREA_VERTEX_LIMIT: '5', CLIENT_REQUESTS_PER_MINUTE: '1' });
  });

  it('an area that is not there: how to find another', async () => {
    await using opened = await openAt({ operation: 'landcover', area: 'huc12/nowhere' });
    const alert = opened.page.locator('article [role=alert]');
    expect(await alert.innerText()).toBe(
      'There is no area with the code “nowhere” here. Find another area by its name or code, or click one on the map.',
    );
  });

  it('an area outside the rasters, or partly', async () => {
    await using opened = await openAt({ operation: 'landcover', drawn: '0,0;1,0;1,1' });
    const { page } = opened;
    await page.getByText('It lies outside the rasters: nothing was counted. Choose one where').waitFor();
    await page.goto(
      `${kit.served.service.url}/${queryOf({ operation: 'landcover', drawn: '-100.2,41.5;-80,41.5;-80,41.6' })}`,
    );
    await page.getByText(/covered; .* lies outside the raster “Land cover \(synthetic\)”/).waitFor();
  });

  it('one that is too large, and one that is asked for too often, until the time is over', async () => {
    const many = `${drawn};-100.15,41.49;-100.17,41.49`;
    await using opened = await kit.served.open(`${strict}/${queryOf({ operation: 'landcover', drawn: many })}`);
    const { page } = opened;
    const alert = page.locator('article [role=alert]');
    expect(await alert.innerText()).toMatch(
      /at most 5 are allowed\. Take a smaller area, or one with fewer corners\.$/,
    );
    await page.goto(`${strict}/${queryOf({ operation: 'landcover', drawn })}`);
    await page.getByText('This was too often. Wait a while').waitFor();
    const again = page.getByRole('button', { name: /^Try again in \d+ s$/ });
    expect(await again.isDisabled()).toBe(true);
    const first = await again.innerText();
    await page.locator('article button', { hasNotText: first }).waitFor();
    expect(Number(/\d+/.exec(await again.innerText()))).toBeLessThan(Number(/\d+/.exec(first)));
  });

  it('neighbours that may not be counted now', async () => {
    const [known] = await Promise.all(
      [below, 'huc12/990101010107'].map((one) => answerOf(kit.served.service, one, 'slope_by_landcover')),
    );
    expect(known?.cells).toBeGreaterThan(0);
    const query = queryOf({ operation: 'slope_by_landcover', area: below });
    await using opened = await kit.served.open(`${strict}/${query}`);
    const ranking = section(opened.page, 'Among its neighbours');
    const count = ranking.getByRole('button', { name: 'Count them' });
    await count.waitFor();
    await askUntilRefused(strict);
    await count.click();
    await ranking.getByText('This was too often. Wait a while').waitFor();
    await ranking.getByRole('button', { name: /^Try again in \d+ s$/ }).waitFor();
    await ranking.getByText('of the 2 of 14').waitFor();
  });

  it('nobody who counts, and no room for more questions', async () => {
    const { QUEUE_REDIS_URL } = kit.served.service.env;
    const gateway = await kit.served.gateway({ QUEUE_REDIS_URL: `${QUEUE_REDIS_URL}/1`, WAITING_LIMIT: '1' });
    await using opened = await kit.served.open(`${gateway}/${queryOf({ operation: 'landcover', drawn })}`);
    const { page } = opened;
    await page.getByText('No worker takes this now.').waitFor();
    await using other = await kit.served.open(`${gateway}/${queryOf({ operation: 'terrain', drawn })}`);
    await other.page.getByText('The service has much to do just now.').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled. Nothing was counted.').waitFor();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
  });

  it('an answer that is no longer kept is made anew', async () => {
    await using opened = await openAt({ operation: 'landcover', drawn });
    const { page } = opened;
    await page.locator('.summary').waitFor();
    await page.getByText('For programs').click();
    const csv = page.locator('.take a', { hasText: 'CSV' });
    const url = (await csv.getAttribute('href')) as string;
    const [, job] = /(.*)\/results/.exec(url) as RegExpExecArray;
    const theirs = await (await fetch(url)).text();
    const [kept] = await Promise.all([page.waitForEvent('download'), csv.click()]);
    expect(readFileSync(await kept.path(), 'utf8')).toBe(theirs);
    await fetch(job as string, { method: 'DELETE' });
    await csv.click();
    await page.getByText('This answer is no longer kept.').waitFor();
    await page.locator('.take').getByRole('button', { name: 'Try again' }).click();
    await page.locator(`.take a[href^="${job}"]`).first().waitFor({ state: 'detached' });
    await page.getByText('For programs').click();
    const [anew] = await Promise.all([page.waitForEvent('download'), csv.click()]);
    expect(readFileSync(await anew.path(), 'utf8').split('\n').length).toBe(theirs.split('\n').length);
  });

  it('an answer that the page cannot show leaves the map and the way back', async () => {
    await using opened = await openAt({ operation: 'landcover', area: below });
    const { page } = opened;
    await page.locator('.summary').waitFor();
    // The page trusts the service: only an answer that was damaged on the way is not as it expects.
    await page.route(/\/api\/areas\//, async (route) => {
      const answer = (await (await route.fetch()).json()) as object;
      await route.fulfill({ json: { ...answer, groups: [null] } });
    });
    await page.getByRole('combobox', { name: 'Which cells count' }).selectOption('touched');
    await page.getByText('This cannot be shown').waitFor();
    await page.unroute(/\/api\/areas\//);
    await page.getByRole('button', { name: 'Start anew' }).click();
    await page.getByText('Click an area on the map').waitFor();
    await page.getByRole('combobox', { name: 'Area', exact: true }).fill('990101010101');
    await page.locator('.search [role=option]').first().click();
    await page.locator('.summary').waitFor();
  });
});

/** Asks until the gateway allows no more. */
async function askUntilRefused(url: string): Promise<void> {
  const [headers, body] = [{ 'content-type': 'application/json' }, JSON.stringify({ inputs: { area: below } })];
  for (let status = 0; status !== 429; )
    ({ status } = await fetch(`${url}/api/processes/terrain/execution`, { method: 'POST', headers, body }));
}
