/**
 * `npm run attack`: attacks a service that it starts itself on loopback, and the commands that read
 * files, and prints what each attack cost and whether that is within the rule. Each row ends by
 * itself. Ends with 1 when a row is above.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { normalRequests } from './normal.ts';
import type { Row } from './row.ts';
import { rows } from './rows.ts';
import { isRowAbove, type Line, lineText, type Outcome, tableText } from './table.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    against: { type: 'string' },
    out: { type: 'string' },
    normal: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});
const here = join(import.meta.dirname, '..');
const before = values.against === undefined ? undefined : resolve(values.against);

if (values.list) console.log(rows.map(({ name, about }) => `${name}: ${about}`).join('\n'));
else if (values.normal) console.log(await normalRequests(before ? [before, here] : [here]));
else {
  const those = chosen(values.only ?? []);
  if (typeof those !== 'string') await attack(those);
  else {
    console.error(those);
    process.exitCode = 2;
  }
}

async function attack(those: readonly Row[]): Promise<void> {
  const lines: Line[] = [];
  for (const row of those) {
    const earlier = before === undefined ? undefined : await outcomeOf(row, before);
    if (earlier) console.log(`before: ${lineText({ row, outcome: earlier })}`);
    const line: Line = { row, outcome: await outcomeOf(row, here), before: earlier };
    lines.push(line);
    console.log(lineText(line));
  }
  const above = lines.filter(({ outcome }) => isRowAbove(outcome)).length;
  const text = `${tableText(lines)}\n\n${above} of ${lines.length} rows are above the rule.\n`;
  console.log(`\n${text}`);
  if (values.out) writeFileSync(values.out, text);
  if (above > 0) process.exitCode = 1;
}

async function outcomeOf(row: Row, checkout: string): Promise<Outcome> {
  try {
    return await row.measure(checkout);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The rows of these names, all without any; or a sentence about a name that there is not. */
function chosen(names: readonly string[]): readonly Row[] | string {
  const unknown = names.find((name) => !rows.some((row) => row.name === name));
  if (unknown !== undefined)
    return `no attack is called "${unknown}"; expected some of ${rows.map(({ name }) => name).join(', ')}`;
  return names.length === 0 ? rows : rows.filter(({ name }) => names.includes(name));
}
