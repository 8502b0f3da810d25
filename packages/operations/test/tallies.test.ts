import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '@cellshed/cache';
import type { CatalogOperation } from '@cellshed/catalog';
import type { Coverage, Definition } from '@cellshed/contracts';
import type { Raster } from '@cellshed/raster';
import fc from 'fast-check';
import { decodeChunk, decodePart, encodeChunk, encodePart } from '../src/tallies/chunk.ts';
import { operationTallies } from '../src/tallies/operation-tallies.ts';
import { openTallies, type Tallies } from '../src/tallies/tallies.ts';
import {
  all,
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
  kinds,
  open,
  rasterOf,
  rastersOf,
  tile,
  wholeExtent,
} from './tally-scenes.ts';

const corner = fc.tuple(fc.integer({ min: -300, max: 3200 }), fc.integer({ min: -300, max: 2600 }));
const anyArea = fc.oneof(
  fc.array(corner, { minLength: 3, maxLength: 6 }).map(areaOf),
  fc.tuple(corner, fc.integer({ min: 300, max: 3000 }), fc.integer({ min: 300, max: 2500 })).map(([[x, y], w, h]) =>
    areaOf([
      [x, y],
      [x + w, y],
      [x + w, y + h],
      [x, y + h],
    ]),
  ),
  fc.constant(wholeExtent),
);
const rule = fc.constantFrom<Coverage>('centre', 'touched', 'fraction');

describe('answers with tallies', () => {
  it('are those of counting everything, to the bit, whatever was left or built before', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyArea, { minLength: 1, maxLength: 2 }),
        fc.subarray(definitions, { minLength: 1, maxLength: 3 }),
        rule,
        fc.record({ earlier: fc.option(anyArea), built: fc.boolean(), cut: fc.integer({ min: 1, max: 30 }) }),
        async (areas, operations, coverage, { earlier, built, cut }) => {
          const tallies = await open();
          const asking = asked(areas, operations, coverage);
          const expected: string[] = [];
          for (const one of asking.requests)
            expected.push(...(await answers({ ...asking, requests: [one] }, {})).documents);
          if (earlier) await answers(asked([earlier], operations), { tallies, tilesPerBatch: cut });
          if (built) await buildAll(tallies, operations[0] as Definition, 'o0');
          const first = await answers(asking, { tallies, tilesPerBatch: cut });
          expect(first.documents).toEqual(expected);
          const second = await answers(asking, { tallies, tilesPerBatch: cut });
          expect(second.documents).toEqual(expected);
          taken += second.plan.tallied;
          await tallies.close();
        },
      ),
      { numRuns: 15 },
    );
    expect(taken).toBeGreaterThan(20);
  });

  it('read only the tiles on the boundary, and say how many tiles were not read', async () => {
    const tallies = await open();
    const [definition] = definitions as [Definition];
    const asking = asked(
      [
        areaOf([
          [100, 100],
          [2700, 100],
          [2700, 2200],
          [100, 2200],
        ]),
      ],
      [definition],
    );
    const rasters = rastersOf();
    expect((await answers(asking, { tallies, open: rasters })).plan).toMatchObject({ tiles: 30, tallied: 0 });
    expect(rasters.get('land')?.reads).toBe(30);
    expect((await answers(asking, { tallies, open: rasters })).plan).toMatchObject({ tiles: 30, tallied: 12 });
    expect(rasters.get('land')?.reads).toBe(30 + 18);
    expect(rasters.get('soil')?.reads).toBe(30 + 18);
    await tallies.close();
  });

  it('of another version of a raster are not used', async () => {
    const tallies = await open();
    const asking = asked([wholeExtent], [definitions[0] as Definition]);
    await answers(asking, { tallies });
    expect((await answers(asking, { tallies })).plan.tallied).toBe(30);
    expect((await answers(asking, { tallies, open: rastersOf('v2') })).plan.tallied).toBe(0);
    await tallies.close();
  });

  it('are not of a raster that is cut into other tiles now, or lies elsewhere, though the catalog gives it the same version', async () => {
    const asking = asked([wholeExtent], [{ type: 'groupedCount', rasters: ['land'] }]);
    const land = (side: number, at: readonly [number, number] = [0, 0]) =>
      new Map([['land', rasterOf('land', { at, size: [2900, 2300], sample: kinds, side })]]);
    const tallies = await open();
    await answers(asking, { tallies, open: land(512) });
    for (const other of [land(1024), land(512, [100, 100])]) {
      const { documents } = await answers(asking, { open: other });
      expect((await answers(asking, { tallies, open: other })).documents).toEqual(documents);
    }
    await tallies.close();
  });

  it('that were damaged on the way are not used', async () => {
    const asking = asked([wholeExtent], [definitions[0] as Definition]);
    const expected = (await answers(asking, {})).documents;
    const tallies = await open();
    await answers(asking, { tallies });
    const [key] = await keysOf(tallies);
    const kept = (await tallies.store.get(key)) as Uint8Array;
    await fc.assert(
      fc.asyncProperty(fc.nat(kept.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        await tallies.store.set(key, damaged(kept, at, change));
        expect((await answers(asking, { tallies })).documents).toEqual(expected);
        await tallies.store.set(key, kept.subarray(0, at));
        expect((await answers(asking, { tallies })).documents).toEqual(expected);
      }),
      { numRuns: 15 },
    );
    await tallies.close();
  });

  it('are given also while the store is away, and it is told', async () => {
    const asking = asked([wholeExtent], definitions.slice(0, 2));
    const expected = (await answers(asking, {})).documents;
    const told: string[] = [];
    const working = await open((error) => told.push(error.message));
    const away = () => Promise.reject(new Error('the store is away'));
    const tallies = await openTallies(catalog, { url: 'memory:', base: '.', onError: working.onError });
    Object.assign(tallies.store as { -readonly [Name in keyof Store]: Store[Name] }, { get: away, set: away });
    expect((await answers(asking, { tallies })).documents).toEqual(expected);
    // Each looked for tallies; nobody left any after the first could not.
    expect(told).toEqual(Array(3).fill('the store is away'));
  });
});

describe('an operation has a tally', () => {
  it('unless its parts are nearly as large as its cells, or the catalog says that it has none', async () => {
    const off = new Map([['off', { tally: false } as CatalogOperation]]);
    const tallies = await openTallies({ ...catalog, operations: off }, { url: 'memory:', base: '.', onError: fail });
    const has = (definition: Definition, operation = 'on') => tallies.isFor({ operation }, definition, all);
    expect(definitions.map((definition) => has(definition))).toEqual(definitions.map(() => true));
    expect(has(definitions[0] as Definition, 'off')).toBe(false);
    expect(has({ type: 'statistics', rasters: ['slope'] })).toBe(false);
    expect(has({ type: 'groupedCount', rasters: ['land', 'slope'] })).toBe(false);
    expect(has({ type: 'linesJoin', rasters: ['land'] })).toBe(false);
    await tallies.close();
  });
});

it('a tally serves whichever quantiles are asked for, and has a name of its own where other rasters are', async () => {
  const own: Definition = { type: 'statistics', rasters: ['land'], quantiles: [0.5] };
  const operations = new Map([['describe', { name: 'describe', ...own } as CatalogOperation]]);
  const tallies = await openTallies({ ...catalog, operations }, { url: 'memory:', base: '.', onError: fail });
  const tools = operationTallies(tallies, { operations }, (_asked, work) => work(all));
  const plan = (definition?: Definition) => tools.plan({ operation: 'describe', ...(definition && { definition }) });
  const place = { tier: 0, row: 0, column: 0 };
  const fingerprint = (await plan())?.fingerprint as string;
  await tools.build({ operation: 'describe' }, { fingerprint, place });
  const others = { operation: 'describe', definition: { ...own, quantiles: [0.1, 0.9] } };
  expect(await tools.inspect(others, { fingerprint, place })).toMatchObject({ there: 44 });
  const soil = { operation: 'describe', definition: { ...own, rasters: ['soil'] } };
  const soilPrint = (await tools.plan(soil))?.fingerprint as string;
  await tools.build(soil, { fingerprint: soilPrint, place });
  expect((await tools.list()).map(({ operation }) => operation).sort()).toEqual(['describe', 'describe(soil)']);
  await tallies.close();
});

it('a machine with an old copy of a chunk does not undo what others have built, and finds it when it leaves something', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallies-'));
  const machine = (url: string) => openTallies(catalog, { url, base: folder, onError: fail });
  const [here, there, shared] = await Promise.all(
    ['file:a,file:shared', 'file:b,file:shared', 'file:shared'].map(machine),
  );
  const [, definition] = definitions as [Definition, Definition];
  const square = (column: number, row: number) =>
    asked(
      [
        areaOf([
          [column * tile, row * tile],
          [(column + 2) * tile, row * tile],
          [(column + 2) * tile, (row + 2) * tile],
          [column * tile, (row + 2) * tile],
        ]),
      ],
      [definition],
    );
  await answers(square(0, 0), { tallies: here as Tallies });
  expect((await answers(square(0, 0), { tallies: there as Tallies })).plan.tallied).toBe(4);
  expect(await buildAll(here as Tallies, definition, 'o0')).toBe(26);
  expect((await answers(square(2, 2), { tallies: there as Tallies })).plan.tallied).toBe(0);
  const request = { operation: 'o0', definition };
  const tools = build(shared as Tallies);
  const fingerprint = (await tools.plan(request))?.fingerprint as string;
  expect(await tools.inspect(request, { fingerprint, place: { tier: 0, row: 0, column: 0 } })).toMatchObject({
    there: 44,
  });
  expect((await answers(asked([wholeExtent], [definition]), { tallies: there as Tallies })).plan.tallied).toBe(30);
  // A tally that was dropped is built again, whatever copies there are.
  await build(here as Tallies).drop(() => true);
  expect(await buildAll(there as Tallies, definition, 'o0')).toBe(30);
  for (const one of [here, there, shared]) await one?.close();
  rmSync(folder, { recursive: true });
});

describe('building a tally', () => {
  const [definition] = definitions as [Definition];

  it('counts each block once, also when it was begun before', async () => {
    const tallies = await open();
    const definition = definitions[1] as Definition;
    const part = areaOf([
      [0, 0],
      [1024, 0],
      [1024, 1024],
      [0, 1024],
    ]);
    await answers(asked([part], [definition]), { tallies });
    expect(await buildAll(tallies, definition, 'o0')).toBe(30 - 4);
    expect(await buildAll(tallies, definition, 'o0')).toBe(0);
    await tallies.close();
  });

  it('makes a whole that one node has, whose parts verify', async () => {
    const tallies = await open();
    const tools = build(tallies);
    const asked = { operation: 'o', definition };
    const plan = await tools.plan(asked);
    expect(plan).toMatchObject({ cells: 2900 * 2300, tiers: [[{ tier: 0, row: 0, column: 0 }]] });
    const chunk = { fingerprint: plan?.fingerprint as string, place: { tier: 0, row: 0, column: 0 } };
    const built = await tools.build(asked, chunk);
    // 6 × 5 blocks, 3 × 3, 2 × 2, and the whole.
    expect(built).toMatchObject({ nodes: 44, there: 44, counted: 30 });
    expect(await tools.verify(asked, chunk)).toMatchObject({ there: 44, counted: 30, wrong: 0 });
    expect(await tools.list()).toEqual([
      { operation: 'o(land,soil)', fingerprint: plan?.fingerprint, chunks: 1, squares: 30, bytes: built.bytes },
    ]);
    expect(await tools.drop(({ operation }) => operation === 'other')).toBe(0);
    expect(await tools.drop(({ operation }) => operation === 'o(land,soil)')).toBe(31);
    expect(await tools.list()).toEqual([]);
    await tallies.close();
  });

  it('notices at verifying what is wrong, in the block and in all that it is part of', async () => {
    const tallies = await open();
    const tools = build(tallies);
    await buildAll(tallies, definition, 'o');
    const [key] = await keysOf(tallies);
    const chunk = decodeChunk((await tallies.store.get(key)) as Uint8Array);
    const part = decodePart(chunk?.get(17) as Uint8Array) as { groups: { cells: number }[] };
    (part.groups[0] as { cells: number }).cells += 1;
    chunk?.set(17, encodePart(part as never) as Uint8Array);
    await tallies.store.set(key, encodeChunk(chunk as never));
    const asked = { operation: 'o', definition };
    const fingerprint = (await tools.plan(asked))?.fingerprint as string;
    // The block, and the square of four of which it is one.
    expect(await tools.verify(asked, { fingerprint, place: { tier: 0, row: 0, column: 0 } })).toMatchObject({
      wrong: 2,
    });
    await tallies.close();
  });

  it('does not call wrong what cannot be added up, as one of its blocks was lost', async () => {
    const tallies = await open();
    const tools = build(tallies);
    await buildAll(tallies, definition, 'o');
    const [key] = await keysOf(tallies);
    const chunk = decodeChunk((await tallies.store.get(key)) as Uint8Array);
    chunk?.delete(17);
    await tallies.store.set(key, encodeChunk(chunk as never));
    const asked = { operation: 'o', definition };
    const fingerprint = (await tools.plan(asked))?.fingerprint as string;
    const place = { tier: 0, row: 0, column: 0 };
    expect(await tools.verify(asked, { fingerprint, place })).toMatchObject({ there: 43, counted: 29, wrong: 0 });
    await tallies.close();
  });

  it('keeps nothing, nor calls anything wrong, of a raster that was written over while it was counted', async () => {
    const tallies = await open();
    const tools = build(tallies);
    const asked = { operation: 'o', definition };
    const chunk = {
      fingerprint: (await tools.plan(asked))?.fingerprint as string,
      place: { tier: 0, row: 0, column: 0 },
    };
    const land = { ...(all.get('land') as Raster), currentVersion: async () => 'v2' };
    const later = new Map<string, Raster>([...all, ['land', land]]);
    const replaced = 'a raster of operation o was replaced since its tally was planned: build it again';
    await expect(build(tallies, later).build(asked, chunk)).rejects.toThrow(replaced);
    expect(await tools.list()).toEqual([]);
    await tools.build(asked, chunk);
    await expect(build(tallies, later).verify(asked, chunk)).rejects.toThrow(replaced);
    await tallies.close();
  });

  it('is refused for rasters that were replaced since', async () => {
    const tallies = await open();
    const asked = { operation: 'o', definition };
    const fingerprint = (await build(tallies).plan(asked))?.fingerprint as string;
    const later = build(tallies, rastersOf('v2'));
    await expect(later.build(asked, { fingerprint, place: { tier: 0, row: 0, column: 0 } })).rejects.toThrow(
      'a raster of operation o was replaced since its tally was planned: build it again',
    );
    await tallies.close();
  });
});

it('building a tally again mends what was damaged, wherever it was, and counts no more than that', async () => {
  const tallies = await open();
  const definition = definitions[3] as Definition;
  const request = { operation: 'o0', definition };
  const tools = build(tallies);
  await buildAll(tallies, definition, 'o0');
  const plan = await tools.plan(request);
  const places = (plan?.tiers ?? []).flat();
  const looked = async (doing: 'verify' | 'build') =>
    Promise.all(places.map((place) => tools[doing](request, { fingerprint: plan?.fingerprint as string, place })));
  const whole = await looked('verify');
  const [key] = await keysOf(tallies);
  const kept = (await tallies.store.get(key)) as Uint8Array;
  await fc.assert(
    fc.asyncProperty(fc.nat(kept.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      await tallies.store.set(key, damaged(kept, at, change));
      await looked('build');
      expect(await looked('verify')).toEqual(whole);
      await tallies.store.set(key, kept);
    }),
    { numRuns: 40 },
  );
  // Nothing is counted again for a damage above the blocks: these come first, the one above all
  // last.
  await tallies.store.set(key, damaged(kept, kept.length - 1, 1));
  const [{ counted } = { counted: -1 }] = await looked('build');
  expect(counted).toBe(0);
  expect(await looked('verify')).toEqual(whole);
  await tallies.close();
});
