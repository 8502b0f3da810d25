import { readFileSync } from 'node:fs';
import { spanAttributes } from '../src/index.ts';

it('the guide has each attribute with the spans that have it, and what it tells', () => {
  const guide = readFileSync(new URL('../../../docs/guides/watching.md', import.meta.url), 'utf8');
  const rows = [...guide.matchAll(/^\| `([a-z_]+(?:\.[a-z_]+)+)` +\| (.*?) +\| (.*?) *\|$/gm)].map((row) =>
    row.slice(1),
  );
  expect(rows).toEqual(Object.entries(spanAttributes).map(([name, { in: spans, help }]) => [name, spans, help]));
});
