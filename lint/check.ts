/** A part of `npm run check`: refuses comments that are too wide, which no rule of Biome does. */
import { globSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { mostColumns, wideComments } from './wide-comments.ts';

const root = join(import.meta.dirname, '..');
const skipped = new Set(['node_modules', '.catchment', '.git', 'fixtures']);
const files = globSync(['**/*.{ts,mjs,yaml,yml,py,sh}', 'Dockerfile', '.env.example', '.ci/run'], {
  cwd: root,
  withFileTypes: true,
  exclude: ({ name }) => skipped.has(name),
});

for (const { parentPath, name } of files) {
  const path = join(parentPath, name);
  for (const { line, columns } of wideComments(readFileSync(path, 'utf8'), extname(name).slice(1))) {
    console.error(
      `${relative(root, path)}:${line}: the comment ends at column ${columns}, expected at most ${mostColumns}`,
    );
    process.exitCode = 1;
  }
}
if (!process.exitCode) console.log(`The comments of ${files.length} files have at most ${mostColumns} columns.`);
