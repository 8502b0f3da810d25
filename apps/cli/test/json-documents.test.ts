import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonDocuments } from '../src/json-documents.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../docs/guides/command-line.md'), 'utf8');

/** The words in backticks of a cell. */
const wordsIn = (cell = '') => Array.from(cell.matchAll(/`([^`]+)`/g), ([, word]) => word as string);

it('the guide lists the members of all documents, in their order', () => {
  const rows = guide.split('\n').filter((line) => line.startsWith('| `') && !line.includes('--each'));
  const listed = rows.flatMap((row) => {
    const [, commands, , members] = row.split('|');
    return wordsIn(commands).map((command) => [command, wordsIn(members)] as const);
  });
  const known = Object.entries(jsonDocuments).map(([name, { properties }]) => [name, Object.keys(properties)] as const);
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(known));
});
