import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

/** The scope of all packages of this repository. */
export const scope = '@cellshed/';

/** The packages that others install and import; those that they need are packed with them. */
const offered = ['areas', 'cache', 'client', 'raster', 'refreshing'];

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** The file of the package, or the files by what follows its name; absent: it is only run. */
  readonly exports?: string | Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** A package of this repository. */
export interface Package {
  /** Relative to the repository. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** All packages and apps of the repository, by their names. */
export function workspaces(): ReadonlyMap<string, Package> {
  const files = globSync('{packages,apps}/*/package.json', { cwd: root });
  const packages = files.map((file): Package => {
    const manifest: Manifest = JSON.parse(readFileSync(join(root, file), 'utf8'));
    return { folder: join(file, '..'), manifest };
  });
  return new Map(packages.map((one) => [one.manifest.name, one]));
}

/**
 * The packages that are offered, and all that they need: those first that need none of the others.
 */
export function packedPackages(all = workspaces()): readonly Package[] {
  const packed = new Map<string, Package>();
  for (const name of offered) add(scope + name);
  return [...packed.values()];

  function add(name: string): void {
    const found = all.get(name);
    if (packed.has(name) || !found) return;
    for (const needed of Object.keys(found.manifest.dependencies ?? {})) add(needed);
    packed.set(name, found);
  }
}

/** The version of a package of others that this repository itself uses. */
export function versionHere(name: string): string {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return devDependencies[name];
}
