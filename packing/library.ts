import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Manifest, type Package, root, scope } from './packages.ts';
import { runNode } from './programs.ts';

/** The versions of Node on which packed packages run. */
export const engines = { node: '>=22.15' };

/**
 * Compiles the sources of packages to JavaScript, types and source maps, in a folder laid out as
 * the repository is.
 */
export function compile(packages: readonly Package[], folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const settings = join(folder, 'tsconfig.json');
  const include = packages.map((one) => join(root, one.folder, 'src'));
  const compilerOptions = { rootDir: root, outDir: folder };
  writeFileSync(settings, JSON.stringify({ extends: join(root, 'packing/tsconfig.json'), compilerOptions, include }));
  runNode([join(root, 'node_modules/typescript/bin/tsc'), '-p', settings]);
}

/** Writes the folder of one package, as it is published, from what was compiled. */
export function writeLibrary({ folder, manifest }: Package, compiled: string, to: string): void {
  const source = join(root, folder);
  for (const file of globSync('src/**/*.{js,js.map,d.ts}', { cwd: join(compiled, folder) })) {
    const text = readFileSync(join(compiled, folder, file), 'utf8');
    write(join(to, 'dist', file.slice('src/'.length)), file.endsWith('.map') ? text : withJsNames(text));
  }
  for (const file of globSync('data/*.tsv', { cwd: source })) cpSync(join(source, file), join(to, file));
  cpSync(join(root, 'LICENSE'), join(to, 'LICENSE'));
  const readme = readFileSync(join(source, 'README.md'), 'utf8');
  write(join(to, 'README.md'), readme);
  write(join(to, 'package.json'), JSON.stringify(published(manifest, firstSentence(readme)), null, 2));
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Names of source files that the compiler leaves: in types, and of the files that threads run. */
export function withJsNames(text: string): string {
  return text
    .replace(/((?:from|import\() ?['"]\.{1,2}\/[^'"]+)\.ts(['"])/g, '$1.js$2')
    .replace(/(new URL\(['"][^'"]+)\.ts(['"], import\.meta\.url\))/g, '$1.js$2');
}

function published({ name, version, license, dependencies = {} }: Manifest, description: string) {
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    engines,
    sideEffects: false,
    main: './dist/index.js',
    types: './dist/index.d.ts',
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
    files: ['dist', 'data'],
    dependencies: Object.fromEntries(
      Object.entries(dependencies).map(([needed, range]) => [needed, needed.startsWith(scope) ? `^${version}` : range]),
    ),
  };
}

/** The first sentence below the title. */
export function firstSentence(readme: string): string {
  const text = readme.split('\n\n')[1] ?? '';
  return text.replace(/\s+/g, ' ').replace(/\. .*$/, '.');
}
