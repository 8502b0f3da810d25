import { type Cost, isAbove, type Measured, type Row } from './row.ts';

/** The cost of a row in one checkout, or the reason why it could not be measured. */
export type Outcome = Measured | { readonly problem: string };

export interface Line {
  readonly row: Pick<Row, 'name' | 'about'>;
  readonly outcome: Outcome;
  /** The cost in the other checkout. */
  readonly before?: Outcome | undefined;
}

/** Whether a row costs more than it may, or could not be measured. */
export function isRowAbove(outcome: Outcome): boolean {
  return 'problem' in outcome || outcome.costs.some(isAbove);
}

/** The table in Markdown: what is above the rule is bold. */
export function tableText(lines: readonly Line[]): string {
  const withBefore = lines.some(({ before }) => before);
  const columns = ['', 'what is sent', 'bytes', 'at most', ...(withBefore ? ['before'] : []), 'cost', '', 'answer'];
  const rule = columns.map((name) => (name === 'bytes' ? '--:' : '---'));
  return [columns, rule, ...lines.map((line) => cellsOf(line, withBefore))]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** One line for who waits: what a row cost. */
export function lineText({ row, outcome }: Line): string {
  const verdict = isRowAbove(outcome) ? 'ABOVE' : 'inside';
  return `${verdict.padEnd(7)}${row.name}: ${costText(outcome)}${'answer' in outcome ? ` (${outcome.answer})` : ''}`;
}

function cellsOf({ row, outcome, before }: Line, withBefore: boolean): string[] {
  const measured = 'problem' in outcome ? undefined : outcome;
  return [
    row.name,
    row.about,
    measured ? measured.bytes.toLocaleString('en') : '',
    measured ? measured.costs.map(mostText).join(', ') : '',
    ...(withBefore ? [before ? costText(before) : ''] : []),
    costText(outcome),
    isRowAbove(outcome) ? '**above**' : 'inside',
    measured ? measured.answer : '',
  ].map((text) => text.replaceAll('|', '\\|').replaceAll('\n', ' '));
}

function mostText({ what, most, unit }: Cost): string {
  return `${what} ${most} ${unit}`.trim();
}

function costText(outcome: Outcome): string {
  if ('problem' in outcome) return `**not measured: ${outcome.problem}**`;
  return outcome.costs.map(text).join(', ');
}

function text(cost: Cost): string {
  const { what, value, unit, atLeast } = cost;
  const words = `${what} ${atLeast ? '≥ ' : ''}${figure(value)} ${unit}`.trim();
  return isAbove(cost) ? `**${words}**` : words;
}

function figure(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 });
}
