import { execFile } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { folderWith, squareAt } from './folder.ts';

const packageFolder = join(import.meta.dirname, '..');

describe('the example of the README', () => {
  it('prints what the README says', async () => {
    const readme = await readFile(join(packageFolder, 'README.md'), 'utf8');
    const [yaml, code] = ['yaml', 'ts'].map(
      (language) => readme.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? '',
    );
    await using folder = await folderWith({ 'catalog.yaml': yaml ?? '', 'areas.geojson': squareAt(-75) });
    for (const name of ['nlcd.tif', 'soil.tif']) {
      await copyFile(join(import.meta.dirname, 'fixtures', name), folder.at(name));
    }
    const program = code?.replace("'catalog.yaml'", JSON.stringify(folder.at('catalog.yaml'))) ?? '';
    const node = ['--no-warnings', '--input-type=module-typescript', '--eval', program];
    const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: packageFolder });
    expect(readme).toContain(
      `It prints ${stdout
        .trim()
        .split('\n')
        .map((line) => `\`${line}\``)
        .join(', ')}.`,
    );
    expect(stdout.split('\n')).toHaveLength(4);
  });
});
