import { mostColumns, wideComments } from '../wide-comments.ts';

const words = (columns: number) =>
  'word '
    .repeat(columns)
    .slice(0, columns - 1)
    .concat('.');
const wide = words(mostColumns);

describe('comments that are too wide', () => {
  it('are found in every form, with their line and columns', () => {
    const source = ['/**', ` * ${words(97)}`, ` * ${words(98)}`, ' */', `// ${words(98)}`, `f(); // ${wide}`].join(
      '\n',
    );
    expect(wideComments(source, 'ts')).toEqual([
      { line: 3, columns: 101 },
      { line: 5, columns: 101 },
      { line: 6, columns: mostColumns + 8 },
    ]);
    expect(wideComments(`FROM node\n# ${words(99)}`, '')).toHaveLength(1);
    expect(wideComments(`a: 1\n# ${words(99)}\nb: 1 # ${wide}`, 'yaml').map(({ line }) => line)).toEqual([2, 3]);
  });

  it('are counted in characters, not in bytes', () => {
    expect(wideComments(`// ${'┆ '.repeat(48)}┆`, 'ts')).toEqual([]);
    expect(wideComments(`// ${'┆ '.repeat(49)}┆`, 'ts')).toHaveLength(1);
  });

  it('code, texts and words that cannot be broken are none', () => {
    const source = [`f('${wide}');`, `f('// ${wide}');`, `f(\`a \\\` // ${wide}\`);`, `// https://${'a'.repeat(100)}`];
    expect(wideComments(source.join('\n'), 'mjs')).toEqual([]);
    expect(wideComments(`text: "# ${wide}"`, 'yml')).toEqual([]);
  });
});
