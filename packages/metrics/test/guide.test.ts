import { readFileSync } from 'node:fs';
import { instruments } from '../src/index.ts';

it('the guide has each metric with its labels and its help text', () => {
  const guide = readFileSync(new URL('../../../docs/guides/watching.md', import.meta.url), 'utf8');
  const rows = [...guide.matchAll(/^\| `((?!bullmq)\w+)` +\|(.*?)\| (.*?) *\|$/gm)].map(([, name, labels, help]) => [
    name,
    [...(labels as string).matchAll(/`(\w+)`/g)].map(([, label]) => label),
    help,
  ]);
  expect(rows).toEqual(Object.entries(instruments).map(([name, { labels, help }]) => [name, labels, help]));
});
