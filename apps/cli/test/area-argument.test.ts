import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAreas } from '../src/area-argument.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-areas-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const feature = (id: number) => ({ type: 'Feature', id, properties: {}, geometry: null });
const two = { type: 'FeatureCollection', features: [feature(1), feature(2)] };

it('what is no file is a well-known area', async () => {
  expect(await readAreas('huc12/1', { each: true })).toEqual([{ name: 'huc12/1', area: 'huc12/1' }]);
});

it('a file is one area, or each of its features is', async () => {
  const path = file('two.geojson', two);
  expect(await readAreas(path, { each: false })).toEqual([{ name: path, area: two }]);
  expect(await readAreas(path, { each: true })).toEqual([
    { name: `${path}, feature 0`, area: feature(1) },
    { name: `${path}, feature 1`, area: feature(2) },
  ]);
});

it('a file that is no collection is one area in any case', async () => {
  const path = file('one', feature(1));
  expect(await readAreas(path, { each: true })).toEqual([{ name: path, area: feature(1) }]);
});

it('what is wrong with a file is said with its name', async () => {
  const broken = file('broken.json', '{');
  await expect(readAreas(broken, { each: false })).rejects.toThrow(`${broken}: is not JSON (`);
  const none = file('none.json', { ...two, features: [] });
  await expect(readAreas(none, { each: true })).rejects.toThrow(
    `${none}: is a FeatureCollection without features, expected at least one`,
  );
  const missing = join(folder, 'missing.geojson');
  await expect(readAreas(missing, { each: false })).rejects.toThrow(`${missing}: cannot be read (`);
});
