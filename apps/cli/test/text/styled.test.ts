import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const script = `import { styled } from ${JSON.stringify(join(import.meta.dirname, '../../src/text/styled.ts'))};
process.stdout.write(styled('head', 'Land cover'));`;

function printed(env: Readonly<Record<string, string>>): string {
  const { NO_COLOR, FORCE_COLOR, ...others } = process.env;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...others, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1', TERM: 'xterm', ...env },
    encoding: 'utf8',
  }).stdout;
}

it('texts have no colours where stdout is no terminal, unless they are asked for', () => {
  expect(printed({})).toBe('Land cover');
  expect(printed({ FORCE_COLOR: '1' })).toBe('\u001b[1mLand cover\u001b[22m');
  expect(printed({ NO_COLOR: '1' })).toBe('Land cover');
});
