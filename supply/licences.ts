import satisfies from 'spdx-satisfies';
import { foreignPackages, type LockedPackage, type Lockfile, nameAt } from './lockfile.ts';

/** Those that ask for no more than to be named, in the identifiers of SPDX. */
export const allowed: readonly string[] = [
  ...['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause'],
  ...['CC0-1.0', 'ISC', 'MIT', 'Unlicense', 'Zlib'],
];

/** Those of data in packages that only build, check and test. */
const allowedOfTools: readonly string[] = [...allowed, 'CC-BY-3.0', 'CC-BY-4.0'];

/**
 * Of packages that state it in a form of their own, or in none: what the text of their licence is.
 */
const asTheirTextSays: Readonly<Record<string, string>> = {
  // `licenses`, as npm had it once.
  arc: 'BSD-3-Clause',
  buildcheck: 'MIT',
  busboy: 'MIT',
  'cpu-features': 'MIT',
  dicer: 'MIT',
  ssh2: 'MIT',
  streamsearch: 'MIT',
  // In their READMEs.
  'humanize-number': 'MIT',
  only: 'MIT',
  // The Eclipse Distribution License is this one by another name.
  '@turf/jsts': 'BSD-3-Clause',
  jsts: 'BSD-3-Clause',
  // A slip in its package.json.
  'splaytree-ts': 'BSD-3-Clause',
};

/** The licence of a locked package as an expression of SPDX; undefined where it states none. */
export function licenceOf(path: string, { license }: LockedPackage): string | undefined {
  return asTheirTextSays[nameAt(path)] ?? license;
}

/** A sentence for each package whose licence is not among the allowed ones. */
export function licenceFaults(lockfile: Lockfile): string[] {
  return foreignPackages(lockfile).flatMap(([path, locked]) => {
    const licence = licenceOf(path, locked);
    if (licence !== undefined && fits(licence, locked.dev ? allowedOfTools : allowed)) return [];
    return [`${path}: licence is ${JSON.stringify(licence)}, expected one of ${allowed.join(', ')}`];
  });
}

/** Every licence, with the packages that have it. */
export function licencesOf(lockfile: Lockfile): ReadonlyMap<string, readonly string[]> {
  const packages = foreignPackages(lockfile).map(([path, locked]) => ({
    licence: licenceOf(path, locked) ?? 'none stated',
    name: `${nameAt(path)}@${locked.version}`,
  }));
  const byLicence = Map.groupBy(packages, ({ licence }) => licence);
  return new Map(Array.from(byLicence, ([licence, those]) => [licence, those.map(({ name }) => name).sort()]));
}

function fits(licence: string, those: readonly string[]): boolean {
  try {
    return satisfies(licence, [...those]);
  } catch {
    // It is no expression of SPDX.
    return false;
  }
}
