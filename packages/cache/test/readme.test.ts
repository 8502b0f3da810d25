import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

it('the README’s example prints what it says', () => {
  const folder = join(import.meta.dirname, '..');
  const example = /```ts\n(.*?)```/s.exec(readFileSync(join(folder, 'README.md'), 'utf8'))?.[1] ?? '';
  const expected = /console\.log.* \/\/ (.*)/.exec(example)?.[1];
  const options = ['--input-type=module-typescript', '--eval', example];
  expect(execFileSync(process.execPath, options, { cwd: folder, encoding: 'utf8' })).toBe(`${expected}\n`);
});
