import { spawnSync } from 'node:child_process';
import { Argument, Command, Option } from 'commander';
import { completionScripts } from '../../src/completion/shells.ts';
import { commandWords } from '../../src/completion/words.ts';

const program = new Command('catchment');
program
  .command('count')
  .description("count an area's cells: all")
  .argument('<area>')
  .addOption(new Option('--coverage <rule>', 'which cells').choices(['centre', 'touched']))
  .option('--out <file>', 'the file')
  .option('--json', 'print JSON')
  .addOption(new Option('--where <filter>').hideHelp());
const cache = program.command('cache').description('look into the cache');
cache.command('ls').description('list results').option('--limit <number>', 'at most so many');
cache.command('get').description('print a value').addArgument(new Argument('<key>'));

const all = commandWords(program);

/** The words that a shell offers after the last of some words. */
const shells = {
  bash: (words: readonly string[]) =>
    run(
      'bash',
      `${completionScripts.bash('catchment', all)}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _catchment; printf '%s\n' "\${COMPREPLY[@]}"`,
    ),
  zsh: (words: readonly string[]) =>
    run(
      'zsh',
      `compdef() { : }; _files() { : }; compadd() { shift; print -l -- "$@" }
_describe() { local one; for one in "\${(@P)2}"; do [[ $one == "\${words[CURRENT]}"* ]] && print -r -- "\${one%%:*}"; done; true }
${completionScripts.zsh('catchment', all)}
words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length}; _catchment`,
    ),
  fish: (words: readonly string[]) =>
    run(
      'fish',
      `${completionScripts.fish('catchment', all)}
complete -C '${words.join(' ')}' | string replace -r '\\t.*' ''`,
    ),
} as const;

function run(shell: string, script: string): string[] {
  const { status, stdout, stderr } = spawnSync(shell, ['-c', script], { encoding: 'utf8', cwd: '/' });
  expect([status, stderr]).toEqual([0, '']);
  return stdout
    .split('\n')
    .filter((line) => line !== '' && line !== '-h' && !line.endsWith('/'))
    .sort();
}

const there = (['bash', 'zsh', 'fish'] as const).filter((shell) => spawnSync(shell, ['-c', 'true']).status === 0);

describe.each(there)('%s', (shell) => {
  it('offers the commands of the program', () => {
    expect(shells[shell](['catchment', 'c'])).toEqual(['cache', 'count']);
  });

  it('offers commands beneath a command', () => {
    expect(shells[shell](['catchment', 'cache', 'l'])).toEqual(['ls']);
  });

  it('offers the options of a command, also after arguments, and none that help does not show', () => {
    const offered = shells[shell](['catchment', 'count', 'huc12/1', '--']);
    expect(offered).toEqual(expect.arrayContaining(['--coverage', '--json', '--out']));
    expect(offered).not.toContain('--where');
    expect(offered).not.toContain('--limit');
    expect(shells[shell](['catchment', 'cache', 'ls', '--l'])).toEqual(['--limit']);
  });

  it('offers the values of an option', () => {
    expect(shells[shell](['catchment', 'count', '--coverage', ''])).toEqual(['centre', 'touched']);
  });
});

it('descriptions are one line, and options that take any text are told apart', () => {
  const count = all.find(({ path }) => path[0] === 'count');
  expect(count?.options.map(({ word, values }) => [word, values])).toEqual([
    ['--coverage', ['centre', 'touched']],
    ['--out', []],
    ['--json', undefined],
    ['--help', undefined],
  ]);
  expect(all.map(({ path }) => path.join(' '))).toEqual(['', 'count', 'cache', 'cache ls', 'cache get']);
});
