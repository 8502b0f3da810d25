import satisfies from 'spdx-satisfies';
import { foreignPackages, type LockedPackage, type Lockfile, nameAt } from './lockfile.ts';

/**
 * Licences that require no more than attribution, by their SPDX identifiers; that of fonts (OFL)
 * forbids to sell a font alone.
 */
const allowed: readonly string[] = [
  ...['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause'],
  ...['CC0-1.0', 'ISC', 'MIT', 'OFL-1.1', 'Unlicense', 'Zlib'],
];

/**
 * Licences that packages for building, checking and testing may have, too: for their data, or
 * because their files are used as they are.
 */
const allowedOfTools: readonly string[] = [...allowed, 'CC-BY-3.0', 'CC-BY-4.0', 'MPL-2.0'];

/**
 * The licences of packages that state them in a form of their own, or not at all, according to
 * their licence texts.
 */
const asTheirTextSays: Readonly<Record<string, string>> = {
  // They have the old member `licenses`.
  arc: 'BSD-3-Clause',
  buildcheck: 'MIT',
  busboy: 'MIT',
  'cpu-features': 'MIT',
  dicer: 'MIT',
  ssh2: 'MIT',
  streamsearch: 'MIT',
  // They state it in their READMEs.
  'humanize-number': 'MIT',
  only: 'MIT',
  // They have the Eclipse Distribution License, which is the same licence under another name.
  '@turf/jsts': 'BSD-3-Clause',
  jsts: 'BSD-3-Clause',
  // Its package.json has an error.
  'splaytree-ts': 'BSD-3-Clause',
};

/** The licence of a locked package as an SPDX expression; undefined if it states none. */
function licenceOf(path: string, { license }: LockedPackage): string | undefined {
  return asTheirTextSays[nameAt(path)] ?? license;
}

/** A sentence for each package without an allowed licence. */
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
    // It is no SPDX expression.
    return false;
  }
}
