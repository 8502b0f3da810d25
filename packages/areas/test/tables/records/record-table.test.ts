import { copyFileSync, mkdtempSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AreaTableOptions, ChangedTableError, openAreaTable } from '../../../src/index.ts';
import { collect } from '../../area-table-suite.ts';
import { basinsFile } from '../../fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'areas-records-'));
afterAll(() => rmSync(folder, { recursive: true }));

const open = (path: string, options: Partial<AreaTableOptions> = {}) =>
  openAreaTable({ name: 'huc', path, id: 'code', ...options });

describe('a table of records', () => {
  it.each(['albers.fgb', 'albers.parquet', 'albers.shp'])('counts the records of %s as fid, from 0', async (name) => {
    const table = await open(basinsFile(name), { id: 'fid' });
    expect(await collect(table.ids())).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    expect((await table.get('2'))?.properties).toMatchObject({ code: '020402' });
    const values: unknown[] = [];
    for await (const [id, value] of table.values('fid')) values.push([id, value]);
    expect(values.slice(0, 2)).toEqual([
      ['0', '0'],
      ['1', '1'],
    ]);
    await table.close();
  });

  it.each([
    [
      'a property that is not there',
      { id: 'huc' },
      /: has no property "huc", only code, number, label, share, natural$/,
    ],
    ['a name that is not there', { nameProperty: 'title' }, /: has no property "title", only code, /],
    ['a table', { table: 'x' }, /: table is "x", but a .* has no tables$/],
    ['ids that are missing', { id: 'label' }, /: record 5: label is null, expected an id: text, or a number/],
  ])('refuses %s', async (_, options, sentence) => {
    for (const name of ['wgs84.fgb', 'wgs84.parquet', 'wgs84.shp'])
      await expect(open(basinsFile(name), options)).rejects.toThrow(sentence);
  });

  it('refuses an id that stands for two areas', async () => {
    const opening = open(basinsFile('wgs84.fgb'), { id: 'natural' });
    await expect(opening).rejects.toThrow(/: record 0: natural is true, expected an id/);
    await expect(open(basinsFile('wgs84.fgb'), { id: 'share' })).rejects.toThrow(/: record 3: share is null/);
  });

  it.each(['fgb', 'parquet', 'shp'])(
    'is refused after its .%s file was written in place, not after it was replaced',
    async (ending) => {
      for (const one of ending === 'shp' ? ['shp', 'shx', 'dbf', 'prj', 'cpg'] : [ending])
        copyFileSync(basinsFile(`albers.${one}`), join(folder, `a.${one}`));
      const path = join(folder, `a.${ending}`);
      const table = await open(path);
      const { version } = table;
      copyFileSync(path, `${path}.new`);
      renameSync(`${path}.new`, path);
      expect((await table.get('9'))?.id).toBe('9');
      expect(await table.currentVersion()).not.toBe(version);
      await table.close();
      const again = await open(path);
      utimesSync(path, 1, 1);
      await expect(again.get('9')).rejects.toThrow(ChangedTableError);
      await again.close();
    },
  );

  it('has another version when a file beside the shapefile changes', async () => {
    const table = await open(join(folder, 'a.shp'));
    const { version } = table;
    utimesSync(join(folder, 'a.dbf'), 2, 2);
    expect(await table.currentVersion()).not.toBe(version);
    await expect(table.list({ limit: 1, offset: 0 })).rejects.toThrow(ChangedTableError);
    await table.close();
  });
});
