import { chmodSync, cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import { engines, firstSentence, withJsNames } from './library.ts';
import { type Package, root, scope, versionHere, workspaces } from './packages.ts';

/** The package that brings the command `catchment`. */
const name = `${scope}cli`;

/** The files that threads run. */
const threads = [
  'packages/pool/src/thread.ts',
  'packages/raster/src/codecs/decode-thread.ts',
  'apps/gateway/src/{reading,pictures}/*-thread.ts',
];

/**
 * Writes the folder of the command, as it is published: the packages of this repository are bundled
 * in, those of others are its dependencies.
 */
export function writeCommand(to: string): void {
  const all = workspaces();
  const { version, license } = (all.get('catchment') as Package).manifest;
  const dependencies = dependenciesOn(all);
  bundle(join(to, 'dist/bundle'), all);
  // The code of coordinate systems finds them two folders above itself.
  for (const file of globSync('data/*.tsv', { cwd: join(root, 'packages/crs') }))
    cpSync(join(root, 'packages/crs', file), join(to, file));
  cpSync(join(root, 'packing/catchment.mjs'), join(to, 'dist/catchment.mjs'));
  chmodSync(join(to, 'dist/catchment.mjs'), 0o755);
  for (const file of ['LICENSE', 'apps/cli/README.md']) cpSync(join(root, file), join(to, basename(file)));
  const description = firstSentence(readFileSync(join(to, 'README.md'), 'utf8'));
  const bin = { catchment: 'dist/catchment.mjs' };
  const manifest = { name, version, description, license, type: 'module', engines, bin, files: ['dist', 'data'] };
  writeFileSync(join(to, 'package.json'), JSON.stringify({ ...manifest, dependencies }, null, 2));
}

/** The packages of others that this repository needs: their versions by their names. */
function dependenciesOn(all: ReadonlyMap<string, Package>): Record<string, string> {
  const needed = [...all.values()].flatMap(({ manifest }) => Object.entries(manifest.dependencies ?? {}));
  const olderNode: readonly [string, string] = ['core-js', versionHere('core-js')];
  const others = [...needed.filter(([one]) => !all.has(one)), olderNode];
  return Object.fromEntries(others.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));
}

function bundle(folder: string, all: ReadonlyMap<string, Package>): void {
  mkdirSync(folder, { recursive: true });
  const files = ['apps/cli/src/main.ts', ...threads.flatMap((pattern) => globSync(pattern, { cwd: root }))];
  buildSync({
    absWorkingDir: root,
    // One folder has all: code finds the files of threads beside itself.
    entryPoints: Object.fromEntries(files.map((file) => [basename(file, '.ts'), join(root, file)])),
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.15',
    inject: [join(root, 'packing/older-node.ts')],
    sourcemap: true,
    packages: 'external',
    alias: Object.fromEntries([...all.values()].flatMap(sourceFiles)),
    logLevel: 'error',
  });
  for (const file of globSync('*.js', { cwd: folder })) {
    const path = join(folder, file);
    writeFileSync(path, withJsNames(readFileSync(path, 'utf8')));
  }
}

/** The files of a package that can be imported, by the names with which they are. */
function sourceFiles({ folder, manifest: { name: own, exports = {} } }: Package): [string, string][] {
  const files = typeof exports === 'string' ? { '.': exports } : exports;
  return Object.entries(files).map(([path, file]) => [join(own, path), join(root, folder, file)]);
}
