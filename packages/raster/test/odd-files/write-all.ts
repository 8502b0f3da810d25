import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recipes } from './recipes.ts';

/**
 * Writes the files of all recipes into a folder and lists their names: `node write-all.ts FOLDER`.
 */
const folder = process.argv[2] as string;
const index = Object.entries(recipes).map(([name, { files, band = 1 }], i) => {
  const path = join(folder, `${i}`);
  mkdirSync(folder, { recursive: true });
  for (const [ending, bytes] of Object.entries(files)) writeFileSync(path + ending, bytes);
  return { name, path: `${path}.tif`, band };
});
writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
