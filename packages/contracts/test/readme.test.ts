import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const packageFolder = join(import.meta.dirname, '..');

it('the example of the README prints what the README says', async () => {
  const readme = await readFile(join(packageFolder, 'README.md'), 'utf8');
  const program = readme.split('```ts\n')[1]?.split('```')[0] ?? '';
  const node = ['--no-warnings', '--input-type=module-typescript', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: packageFolder });
  expect(readme).toContain(`It prints \`${stdout.trim()}\`.`);
});
