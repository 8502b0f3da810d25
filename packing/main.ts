/**
 * Makes the tarballs of the packages that others install, as `npm publish` would send them. The
 * argument is the folder for them (default: `.catchment/tarballs`).
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { packAll } from './pack.ts';
import { root } from './packages.ts';

const folder = resolve(process.argv[2] ?? join(root, '.catchment/tarballs'));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const { file, bytes, files } of packAll(folder)) {
  console.log(`${relative(process.cwd(), join(folder, file))}  ${Math.round(bytes / 1000)} kB, ${files} files`);
}
