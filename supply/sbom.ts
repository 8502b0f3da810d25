/**
 * `npm run sbom`: writes the packages that production runs as CycloneDX (into
 * `.catchment/sbom.cdx.json` or the given file), and prints the licences of all locked packages. It
 * ends with 1 if one of them is not allowed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { licenceFaults, licencesOf } from './licences.ts';
import { readLockfile } from './lockfile.ts';
import { npm } from './npm.ts';

const [given] = process.argv.slice(2);
const file = given ? resolve(given) : join(import.meta.dirname, '../.catchment/sbom.cdx.json');

const text = npm(
  'sbom',
  '--sbom-format',
  'cyclonedx',
  '--sbom-type',
  'application',
  '--omit',
  'dev',
  '--package-lock-only',
);
const { components } = JSON.parse(text) as { readonly components: readonly unknown[] };
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, text);

const lockfile = readLockfile();
for (const [licence, packages] of [...licencesOf(lockfile)].sort(([, a], [, b]) => b.length - a.length))
  console.log(`${licence}: ${packages.length} (${packages.slice(0, 3).join(', ')}${packages.length > 3 ? ', …' : ''})`);
console.log(`${components.length} components are in ${file}`);
const faults = licenceFaults(lockfile);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
