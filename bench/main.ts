/**
 * `npm run bench`: runs all benches but those that run by request, and writes docs/benchmarks.md
 * and docs/scale.md. With names runs these only, and keeps what they find; `page` writes the pages
 * from what was found last. Ends with 1 when an answer is not what it must be.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benches } from './benches.ts';
import { timesChart } from './chart.ts';
import { keepResult, keptResults } from './kept-results.ts';
import { thisMachine } from './machine.ts';
import { pageText } from './page.ts';
import { runBenches } from './run.ts';
import { scalePage } from './scale-page.ts';

const names = benches.map(({ name }) => name);
const asked = process.argv.slice(2);
const usual = benches.filter(({ byRequest }) => !byRequest).map(({ name }) => name);
const wanted = asked.length > 0 ? asked : [...usual, 'page'];
const unknown = wanted.find((name) => name !== 'page' && !names.includes(name));
if (unknown !== undefined)
  throw new Error(`no bench is called "${unknown}"; expected some of ${names.join(', ')}, page`);

const allRight = await runBenches(
  benches.filter(({ name }) => wanted.includes(name)),
  { machine: thisMachine, now: () => new Date(), say: console.log, keep: keepResult },
);
if (wanted.includes('page')) writePage();
if (!allRight) process.exitCode = 1;

function writePage(): void {
  const docs = join(import.meta.dirname, '../docs');
  const results = keptResults(names);
  const lines = results.flatMap(({ findings }) => findings.lines ?? []);
  if (lines.length > 0) writeFileSync(join(docs, 'benchmarks.svg'), timesChart(lines));
  writeFileSync(join(docs, 'benchmarks.md'), pageText(benches, results, 'benchmarks.svg'));
  const scale = scalePage(results);
  if (scale) writeFileSync(join(docs, 'scale.md'), scale);
  console.log(`wrote ${join(docs, 'benchmarks.md')}${scale ? ' and scale.md' : ''}`);
}
