import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The package that is packed for tests. Its hundreds of modules are a third of what a `catchment`
 * process loads, and loading them takes a quarter of the time in which it starts.
 */
const packedName = 'typebox';

/** The folder of the package as it is installed. */
export const installedFolder = fileURLToPath(new URL(`../../node_modules/${packedName}/`, import.meta.url));

interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, { readonly import: string }>>;
}

const { version, exports }: Manifest = JSON.parse(readFileSync(`${installedFolder}package.json`, 'utf8'));

/** The folder of the package as it is packed. */
export const packedFolder = fileURLToPath(
  new URL(`../../.catchment/packed/${packedName}-${version}/`, import.meta.url),
);

/** The module of each import of the package: `value` of `typebox/value`, `index` of `typebox`. */
export const entries: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(exports).map(([path, { import: file }]) => [path === '.' ? 'index' : path.slice(2), file]),
);

/** The packed file of each import of the package. */
export const packedFiles: ReadonlyMap<string, string> = new Map(
  Object.keys(entries).map((entry) => [
    entry === 'index' ? packedName : `${packedName}/${entry}`,
    `${packedFolder}${entry}.js`,
  ]),
);
