import { Command } from 'commander';
import { helpText, mendHelp } from '../../src/text/help-output.ts';

it('sentences of help are broken at words, and examples stay as they can be copied', () => {
  const text = "Needs a queue and a cache, and workers elsewhere.\n\nExample:\n  catchment warm huc12 --id '9901*'\n";
  expect(helpText(text, 30)).toBe(`Needs a queue and a cache, and
workers elsewhere.

Example:
  catchment warm huc12 --id '9901*'
`);
});

it.each([
  [['nope'], 'See `catchment help`.'],
  [['count'], 'See `catchment help count`.'],
  [['cache', 'ls', '--nope'], 'See `catchment cache ls --help`.'],
])('what is not understood of %j says where help is', (args, hint) => {
  let written = '';
  const program = new Command('catchment').exitOverride();
  program.addCommand(new Command('count').argument('<area>').exitOverride());
  const cache = new Command('cache').exitOverride();
  cache.addCommand(new Command('ls').exitOverride());
  program.addCommand(cache);
  mendHelp(program);
  const { write } = process.stderr;
  process.stderr.write = (text: string | Uint8Array) => {
    written += text;
    return true;
  };
  try {
    expect(() => program.parse(args, { from: 'user' })).toThrow();
  } finally {
    process.stderr.write = write;
  }
  expect(written).toMatch(/^error: .*\n/);
  expect(written.trimEnd().split('\n').at(-1)).toBe(hint);
});
