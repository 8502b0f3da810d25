import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AreaTable, fileVersion, tableVersion } from '@cellshed/areas';
import type { CatalogAreaTable } from '@cellshed/catalog';
import { packedIds, packIds } from '../../src/reading/packed-ids.ts';
import { reopeningBy } from '../../src/reading/replaced-tables.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replaced-tables-'));
});
afterAll(() => rm(folder, { recursive: true }));

const each = async function* (ids: readonly string[]) {
  yield* ids;
};
const inLine = { name: 'in line' } as AreaTable;

/** A table of so many bytes that is opened again, and what threads were asked for. */
async function reopened(bytes: number, version?: string) {
  const source = join(folder, `${bytes}.geojson`);
  await writeFile(source, Buffer.alloc(bytes, ' '));
  const asked: unknown[] = [];
  const threads = {
    run: async (task: unknown, { name }: { readonly name: string }) => {
      asked.push([name, task]);
      return { version: 'as read', notes: ['a note'], ids: await packIds(each(['', 'a', 'é', '\ud800', '\uffff'])) };
    },
  };
  const table: CatalogAreaTable = { name: 'huc12', source, id: 'id', ...(version !== undefined && { version }) };
  return { source, asked, table: await reopeningBy(threads)(table, async () => inLine) };
}

it('a file of up to a million bytes is opened again in line, a larger one by a thread', async () => {
  const small = await reopened(1_000_000);
  expect([small.table, small.asked]).toEqual([inLine, []]);
  const large = await reopened(1_000_001);
  expect(large.asked).toEqual([['ids', 'huc12']]);
  expect(large.table).toMatchObject({ name: 'huc12', version: 'as read', notes: ['a note'] });
});

it('a database is opened again in line', async () => {
  const table = { name: 'huc12', source: 'postgresql://db.invalid/areas', id: 'id' };
  const threads = { run: () => Promise.reject(new Error('asked a thread')) };
  expect(await reopeningBy(threads)(table, async () => inLine)).toBe(inLine);
});

it('of a table that a thread has read the ids are here, whatever their text, and no areas', async () => {
  const { table } = await reopened(1_000_001);
  const there = ['', 'a', 'é', '\ud800', '\uffff'];
  const listed: string[] = [];
  for await (const id of table.ids()) listed.push(id);
  expect(listed).toEqual(there);
  for (const id of there) expect(await table.has(id)).toBe(true);
  for (const id of [' ', 'aa', 'b', 'e', '\ud7ff', '\ud801', '\uffff\uffff']) expect(await table.has(id)).toBe(false);
  expect(table.storedBytes).toBeUndefined();
  for (const asked of [table.get('a'), table.some(['a'])])
    await expect(asked).rejects.toThrow('area table huc12: only threads that read have the areas of');
  await table.close();
});

it('a table without areas has no ids', async () => {
  expect(await packedIds(await packIds(each([]))).has('a')).toBe(false);
});

it('it is looked at again as before: by its file, or the version that the operator gives', async () => {
  const { source, table } = await reopened(1_000_001);
  const own = { path: source, id: 'id' };
  expect(await table.currentVersion()).toBe(tableVersion(await fileVersion(source), own));
  const named = await reopened(1_000_001, '2026');
  expect(await named.table.currentVersion()).toBe(tableVersion('2026', { ...own, version: '2026' }));
});
