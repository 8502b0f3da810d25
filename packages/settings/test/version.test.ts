import { globSync, readFileSync } from 'node:fs';
import { version } from '@cellshed/settings';

it('the version is that of all packages', () => {
  const root = new URL('../../../', import.meta.url);
  const manifests = globSync(['package.json', '{apps,packages}/*/package.json'], { cwd: root });
  const versions = manifests.map((path) => JSON.parse(readFileSync(new URL(path, root), 'utf8')).version as string);
  expect(new Set(versions)).toEqual(new Set([version]));
});
