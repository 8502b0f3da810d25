import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package of a lockfile. */
export interface LockedPackage {
  readonly version?: string;
  /** The address of the package; absent: the registry that npm is set to. */
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  /** True for a folder of this project. */
  readonly link?: boolean;
}

export type Lockfile = Readonly<Record<string, LockedPackage>>;

const registry = 'https://registry.npmjs.org/';

/** The packages of the project's lockfile, by their paths. */
export function readLockfile(): Lockfile {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8')).packages;
}

/** The packages from outside: without the project's own folders and the links to them. */
export function foreignPackages(lockfile: Lockfile): readonly (readonly [path: string, LockedPackage])[] {
  return Object.entries(lockfile).filter(([path, { link }]) => path.includes('node_modules/') && !link);
}

/** The name of a package: `node_modules/a/node_modules/b` is `b`. */
export function nameAt(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/**
 * A sentence for each package that npm would install without a hash, or fetch from elsewhere than
 * the public registry.
 */
export function lockfileFaults(lockfile: Lockfile): string[] {
  return foreignPackages(lockfile).flatMap(([path, { integrity, resolved }]) => {
    const faults: string[] = [];
    if (!integrity?.startsWith('sha512-'))
      faults.push(`${path}: integrity is ${JSON.stringify(integrity)}, expected a hash that begins with sha512-`);
    if (resolved !== undefined && !resolved.startsWith(registry))
      faults.push(`${path}: resolved is ${JSON.stringify(resolved)}, expected none, or an address under ${registry}`);
    return faults;
  });
}
