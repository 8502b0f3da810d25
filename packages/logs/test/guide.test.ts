import { readFileSync } from 'node:fs';
import { logFields } from '../src/index.ts';

it('the guide has each field with its type, the lines that have it, and what it tells', () => {
  const guide = readFileSync(new URL('../../../docs/guides/logs.md', import.meta.url), 'utf8');
  const rows = [...guide.matchAll(/^\| `(\w+)` +\| (.*?) +\| (.*?) +\| (.*?) *\|$/gm)].map((row) => row.slice(1));
  expect(rows).toEqual(Object.entries(logFields).map(([name, field]) => [name, field.type, field.in, field.help]));
});
