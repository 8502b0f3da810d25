import { chmodSync, cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import { inlined, licencesIn } from './inlined.ts';
import { engines, firstSentence, withJsNames } from './library.ts';
import { type Package, root, scope, versionHere, workspaces } from './packages.ts';

/** The package that brings the command `catchment`. */
const name = `${scope}cli`;

/** The files that threads run, and one that is loaded when it is needed. */
const entryFiles = [
  'apps/cli/src/text/wide-text.ts',
  'packages/pool/src/thread.ts',
  'packages/raster/src/codecs/decode-thread.ts',
  'apps/gateway/src/{reading,pictures}/*-thread.ts',
];

/**
 * Writes the folder of the command, as it is published: the packages of this repository are bundled
 * in, with those of others that every start needs. The rest are its dependencies.
 */
export function writeCommand(to: string): void {
  const all = workspaces();
  const { version, license } = (all.get('catchment') as Package).manifest;
  const dependencies = dependenciesOn(all);
  writeFileSync(join(to, 'LICENSES.md'), bundle(join(to, 'dist/bundle'), all));
  // The code of coordinate systems finds them two folders above itself.
  for (const file of globSync('data/*.tsv', { cwd: join(root, 'packages/crs') }))
    cpSync(join(root, 'packages/crs', file), join(to, file));
  cpSync(join(root, 'packing/catchment.mjs'), join(to, 'dist/catchment.mjs'));
  chmodSync(join(to, 'dist/catchment.mjs'), 0o755);
  for (const file of ['LICENSE', 'apps/cli/README.md']) cpSync(join(root, file), join(to, basename(file)));
  const description = firstSentence(readFileSync(join(to, 'README.md'), 'utf8'));
  const bin = { catchment: 'dist/catchment.mjs' };
  const manifest = {
    name,
    version,
    description,
    license,
    type: 'module',
    engines,
    bin,
    files: ['dist', 'data', 'LICENSES.md'],
  };
  writeFileSync(join(to, 'package.json'), JSON.stringify({ ...manifest, dependencies }, null, 2));
}

/** The packages of others that the bundle leaves where they are: their versions by their names. */
function dependenciesOn(all: ReadonlyMap<string, Package>): Record<string, string> {
  const needed = [...all.values()].flatMap(({ manifest }) => Object.entries(manifest.dependencies ?? {}));
  const olderNode: readonly [string, string] = ['core-js', versionHere('core-js')];
  const others = [...needed.filter(([one]) => !all.has(one) && !inlined.includes(one)), olderNode];
  return Object.fromEntries(others.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));
}

/** Bundles the command, and returns the licences of what of others it contains. */
function bundle(folder: string, all: ReadonlyMap<string, Package>): string {
  mkdirSync(folder, { recursive: true });
  const files = ['apps/cli/src/main.ts', ...entryFiles.flatMap((pattern) => globSync(pattern, { cwd: root }))];
  const { metafile } = buildSync({
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
    metafile: true,
    external: notInlined(all),
    // Packages that are no modules ask for those of Node.
    banner: { js: asked },
    alias: Object.fromEntries([...all.values()].flatMap(sourceFiles)),
    logLevel: 'error',
  });
  for (const file of globSync('*.js', { cwd: folder })) {
    const path = join(folder, file);
    writeFileSync(path, withJsNames(readFileSync(path, 'utf8')));
  }
  return licencesIn(metafile);
}

/** The packages that those of this repository name, but for those that are bundled. */
function notInlined(all: ReadonlyMap<string, Package>): string[] {
  const named = [...all.values()].flatMap(({ manifest: { dependencies = {}, devDependencies = {} } }) => [
    ...Object.keys(dependencies),
    ...Object.keys(devDependencies),
  ]);
  return [...new Set(named)].filter((one) => !all.has(one) && !inlined.includes(one));
}

const asked = "import { createRequire as askFrom } from 'node:module'; const require = askFrom(import.meta.url);";

/** The files of a package that can be imported, by the names with which they are. */
function sourceFiles({ folder, manifest: { name: own, exports = {} } }: Package): [string, string][] {
  const files = typeof exports === 'string' ? { '.': exports } : exports;
  return Object.entries(files).map(([path, file]) => [join(own, path), join(root, folder, file)]);
}
