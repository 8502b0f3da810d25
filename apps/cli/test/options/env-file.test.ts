import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { envFileSettings } from '../../src/options/env-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-env-file-'));
const ENV_FILE = join(folder, 'settings');

afterAll(() => rmSync(folder, { recursive: true }));

const read = (text: string, env: Record<string, string> = {}) => {
  writeFileSync(ENV_FILE, text);
  return envFileSettings({ ENV_FILE, ...env });
};

it('settings are read as shells and Docker write them', () => {
  const text = `# a comment\nPORT=9000\n\nexport QUEUE_PREFIX={mine}\nADMIN_TOKEN="with # inside" # a remark\nADMIN_USER='it'\n#HOST=x\n`;
  expect(read(text)).toEqual({
    PORT: '9000',
    QUEUE_PREFIX: '{mine}',
    ADMIN_TOKEN: 'with # inside',
    ADMIN_USER: 'it',
  });
});

it('what the environment has wins, also where it is empty', () => {
  expect(read('PORT=9000\nHOST=0.0.0.0\nTALLY_URL=file:x\n', { PORT: '1', TALLY_URL: '' })).toEqual({
    HOST: '0.0.0.0',
  });
});

it('relative paths are found from the folder of the file, wherever the command is started', () => {
  expect(read('CATCHMENT_CATALOG=./data/catalog.yaml\nSERVE_DIR=kept\nCACHE_URL=file:results\n')).toEqual({
    CATCHMENT_CATALOG: resolve(folder, 'data/catalog.yaml'),
    SERVE_DIR: resolve(folder, 'kept'),
    CACHE_URL: 'file:results',
  });
});

it('an empty name of the file means none, and one that is not there is said', () => {
  expect(envFileSettings({ ENV_FILE: '' })).toEqual({});
  const missing = join(folder, 'nothing-here');
  expect(() => envFileSettings({ ENV_FILE: missing })).toThrow(
    `the settings in ${missing} cannot be read: ENOENT: no such file or directory`,
  );
  expect(() => envFileSettings({ ENV_FILE: folder })).toThrow(/^the settings in .* cannot be read: EISDIR/);
});
