import { readYaml } from '../../packages/catalog/src/read-yaml.ts';
import { CatalogFile } from '../../packages/catalog/src/schema.ts';
import type { Random } from './random.ts';
import { checkText, holds, type Outcome, type Target } from './target.ts';

const names = ['a', 'b', 'c'];

/** A part of a catalog, which may have a name, or be what a name stands for. */
function part(random: Random, written: () => string): string {
  if (random.once(12)) return `*${random.pick(names)}`;
  return (random.once(6) ? `&${random.pick(names)} ` : '') + (random.once(60) ? random.pick(odd) : written());
}

const odd = ['[]', '{}', '~', '1', "''", '{ a: 1, a: 2 }', '!!set {}', '[*a, *b]', '- a', '{ __proto__: 1 }'];

function map(random: Random, entries: readonly (readonly [string, () => string])[]): string {
  return `{ ${entries.map(([name, written]) => `${name}: ${part(random, written)}`).join(', ')} }`;
}

function catalog(random: Random): string {
  const legend = () =>
    map(
      random,
      random.list(5, () => [String(random.below(20)), () => random.pick(['Ice', '"x"'])]),
    );
  const raster = () =>
    map(random, [
      ['title', () => 'T'],
      ['url', () => 'a.tif'],
      ['legend', legend],
    ]);
  const rasters = () =>
    map(
      random,
      random.list(6, () => [`r${random.below(30)}`, raster]),
    );
  return `title: &a T\ndescription: &b { 1: Ice }\nrasters: ${part(random, rasters)}\noperations: {}\n`.replace(
    random.once(2) ? '&b { 1: Ice }' : '\0',
    '&b D',
  );
}

/**
 * A document has no more parts than its text justifies, and the same text is always read the same.
 */
function run(random: Random): Outcome {
  const text = catalog(random);
  const { value, problems, lines } = readYaml(text, CatalogFile);
  holds(lines.size <= 250_000, 'no more parts than steps');
  for (const { problem } of problems) checkText(problem);
  holds(JSON.stringify(readYaml(text, CatalogFile).value) === JSON.stringify(value), 'the same again');
  return problems.length > 0 ? 'refused' : 'accepted';
}

export const yaml: Target = { name: 'YAML', cases: 2000, run };
