import { type Budget, OverBudget, unlimited } from '@cellshed/budget';
import type { Store } from '@cellshed/cache';
import type { CatalogOperation } from '@cellshed/catalog';
import type { Definition } from '@cellshed/contracts';
import { packSquares, squaresOfNothing } from '@cellshed/raster';
import { planPasses } from '../src/planning/plan-passes.ts';
import { openTallies, type Tallies } from '../src/tallies/tallies.ts';
import {
  answers,
  areaOf,
  asked,
  build,
  buildAll,
  catalog,
  damaged,
  definitions,
  fail,
  keysOf,
  open,
  rastersOf,
  sourcesOf,
} from './tally-scenes.ts';

const [counts, averages] = definitions as [Definition, Definition];

/** Five blocks of 30 are whole in it, 18 others have cells of it. */
const area = areaOf([
  [300, 200],
  [2700, 400],
  [2600, 1400],
  [900, 2250],
]);
const asking = asked([area], [counts]);
const place = { tier: 0, row: 0, column: 0 };
const request = { operation: 'o0', definition: counts };

/** The answer, and the tiles that were read of a raster. */
async function answered(tallies: Awaited<ReturnType<typeof open>> | undefined, rasters = rastersOf()) {
  const { documents, plan } = await answers(asking, { ...(tallies && { tallies }), open: rasters });
  return { documents, plan, reads: rasters.get('land')?.reads };
}

/** All that a tally of the counts has, built once. */
const kept = new Map<string, Uint8Array>();

beforeAll(async () => {
  const tallies = await open();
  await buildAll(tallies, counts, 'o0');
  for await (const key of tallies.store.keys('tally:')) kept.set(key, (await tallies.store.get(key)) as Uint8Array);
  await tallies.close();
});

async function fill({ store }: Tallies): Promise<void> {
  for (const [key, bytes] of kept) await store.set(key, bytes);
}

describe('squares', () => {
  it('answer for the border as well: no tile is read, nor counted', async () => {
    const [tallies, expected] = [await open(), await answered(undefined)];
    await fill(tallies);
    expect(await answered(tallies)).toEqual({
      documents: expected.documents,
      plan: { ...expected.plan, batches: [], cells: 0, tallied: expected.plan.tiles, frames: expect.anything() },
      reads: 0,
    });
    await tallies.close();
  });

  it('are neither made nor looked for where the catalog has tallies of whole tiles alone', async () => {
    const operations = new Map([['o0', { name: 'o0', ...counts, tally: 'tiles' } as CatalogOperation]]);
    const opening = { url: 'memory:', base: '.', onError: fail };
    const [all, tiles] = [await open(), await openTallies({ ...catalog, operations }, opening)];
    const expected = await answered(undefined);
    await fill(all);
    await buildAll(tiles, counts, 'o0');
    expect(await keysOf(tiles, { ofSquares: true })).toEqual([]);
    const [{ documents, plan, reads }, { plan: whole }] = [await answered(tiles), await answered(all)];
    expect(documents).toEqual(expected.documents);
    expect(reads).toBeGreaterThan(0);
    expect((plan as typeof whole).tallied).toBeLessThan(whole.tallied);
    await Promise.all([all.close(), tiles.close()]);
  });

  it('are found in memory once they were read, up to a limit', async () => {
    const tallies = await open();
    await fill(tallies);
    const { documents } = await answered(tallies);
    for (const key of await keysOf(tallies, { ofSquares: true })) await tallies.store.delete(key);
    expect(await answered(tallies)).toMatchObject({ documents, reads: 0 });
    const small = await openTallies(catalog, { url: 'memory:', base: '.', onError: fail, keptBytes: 0 });
    await fill(small);
    expect(await answered(small)).toMatchObject({ documents, reads: 0 });
    for (const key of await keysOf(small, { ofSquares: true })) await small.store.delete(key);
    const { documents: counted, reads } = await answered(small);
    expect(counted).toEqual(documents);
    expect(reads).toBeGreaterThan(0);
    await tallies.close();
    await small.close();
  });

  it('of which some are missing, damaged or none leave their blocks to be counted', async () => {
    const [tallies, { documents }] = [await open(), await answered(undefined)];
    await fill(tallies);
    const keys = await keysOf(tallies, { ofSquares: true });
    expect(keys).toHaveLength(30);
    for (const [i, key] of keys.entries()) {
      const kept = (await tallies.store.get(key)) as Uint8Array;
      if (i % 4 === 0) await tallies.store.delete(key);
      if (i % 4 === 1) await tallies.store.set(key, damaged(kept, i * 999, 16));
      if (i % 4 === 2) await tallies.store.set(key, packSquares(squaresOfNothing));
    }
    const found = await answered(tallies);
    expect(found.documents).toEqual(documents);
    expect(found.reads).toBeGreaterThan(0);
    // Those that were missing or damaged are built, and no others.
    expect(await buildAll(tallies, counts, 'o0')).toBe(16);
    await tallies.close();
  });

  it('of another version of a raster are not used', async () => {
    const tallies = await open();
    await fill(tallies);
    expect(await answered(tallies, rastersOf('v2'))).toMatchObject({ plan: { tallied: 0 } });
    await tallies.close();
  });

  it('are not waited for again once the store is away, and it is told', async () => {
    const { documents } = await answered(undefined);
    const told: string[] = [];
    const tallies = await openTallies(catalog, {
      url: 'memory:',
      base: '.',
      onError: (error) => told.push(error.message),
    });
    await fill(tallies);
    const away = () => Promise.reject(new Error('the store is away'));
    Object.assign(tallies.store as { -readonly [Name in keyof Store]: Store[Name] }, { getMany: away });
    const found = await answered(tallies);
    expect(found.documents).toEqual(documents);
    expect(found.plan.tallied).toBe(5);
    expect(told).toEqual(['the store is away']);
    await tallies.close();
  });

  it('cost steps of the client who draws an area, who is refused for too many', async () => {
    const tallies = await open();
    await fill(tallies);
    const sources = sourcesOf({ drawn: asking.drawn, tallies, open: rastersOf() });
    const ofBorder = 18 * 2048;
    const most = (steps: number): Budget => ({
      ...unlimited,
      spend: (taken = 1) => {
        if (taken === ofBorder && taken > steps) throw new OverBudget(steps, 'this request');
      },
    });
    const planned = (steps: number) =>
      planPasses(asking.requests, sources, { tilesPerBatch: 1, effort: { sent: most(steps), kept: unlimited } });
    expect(await planned(ofBorder)).toMatchObject({ batches: [] });
    expect(await planned(ofBorder - 1)).toMatchObject({ path: 'area', problem: expect.stringMatching(/36,863 steps/) });
    await tallies.close();
  });

  it('are kept of counts only', async () => {
    const tallies = await open();
    await buildAll(tallies, averages, 'o1');
    expect(await keysOf(tallies, { ofSquares: true })).toEqual([]);
    await tallies.close();
  });

  it('are verified: those that are whole but not right are wrong', async () => {
    const tallies = await open();
    await fill(tallies);
    const [first, second] = (await keysOf(tallies, { ofSquares: true })) as string[] as [string, string];
    await tallies.store.set(first, (await tallies.store.get(second)) as Uint8Array);
    const tools = build(tallies);
    const fingerprint = (await tools.plan(request))?.fingerprint as string;
    expect(await tools.verify(request, { fingerprint, place })).toMatchObject({ there: 44, wrong: 1 });
    await tallies.close();
  });
});
