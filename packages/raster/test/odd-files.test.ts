import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Raster } from '../src/tiles/raster.ts';
import { meaningOf, valueOf } from '../src/tiles/sample-values.ts';
import { allSamples, withRaster } from './fixture-files.ts';
import type { Recipe } from './odd-files/recipe.ts';
import { recipes } from './odd-files/recipes.ts';

interface Answer {
  readonly grid: readonly number[];
  readonly rows: readonly (readonly (number | null)[])[];
}

const answers = JSON.parse(
  await readFile(join(import.meta.dirname, 'odd-files', 'fixtures', 'answers.json'), 'utf8'),
) as Record<string, Answer | null>;

describe('a file of an odd kind is read as rasterio reads it', () => {
  it.each(Object.entries(recipes).filter(([name]) => answers[name]))('%s', async (name, recipe) => {
    expect(await read(recipe)).toEqual(answers[name]);
  });
});

describe('a file that rasterio cannot read is refused', () => {
  it.each(Object.entries(recipes).filter(([name]) => answers[name] === null))('%s', async (_, recipe) => {
    await expect(read(recipe)).rejects.toThrow(/^raster soil: .*(cannot be read|cannot use)/);
  });
});

async function read({ files, band }: Recipe): Promise<Answer> {
  const folder = await mkdtemp(join(tmpdir(), 'catchment-odd-'));
  try {
    for (const [ending, bytes] of Object.entries(files)) await writeFile(join(folder, `odd${ending}`), bytes);
    return await withRaster({ url: join(folder, 'odd.tif'), band }, answerOf);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function answerOf(raster: Raster): Promise<Answer> {
  const { width, originX, originY, cellWidth, cellHeight } = raster.grid;
  const meaning = meaningOf(raster);
  const values = (await allSamples(raster)).map((sample) => {
    const value = sample === undefined ? Number.NaN : valueOf(sample, meaning);
    return Number.isNaN(value) ? null : value;
  });
  return {
    grid: [originX, originY, cellWidth, cellHeight],
    rows: Array.from({ length: values.length / width }, (_, row) => values.slice(row * width, (row + 1) * width)),
  };
}
