import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recipes } from './recipes.ts';

/** Writes the files of all recipes into a folder, and what they are called: `node write-all.ts FOLDER`. */
const folder = process.argv[2] as string;
const index = Object.entries(recipes).map(([name, { files, band = 1 }], i) => {
  const path = join(folder, `${i}.tif`);
  mkdirSync(folder, { recursive: true });
  for (const [suffix, bytes] of Object.entries(files)) writeFileSync(path + suffix, bytes);
  return { name, path, band };
});
writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
