import { type Findings, type Table, tableText } from './findings.ts';
import type { KeptResult } from './kept-results.ts';
import type { Machine } from './machine.ts';

/** What the page says of a bench beside what it found. */
export interface Section {
  readonly name: string;
  readonly title: string;
  /** What is measured, and how. */
  readonly about: string;
}

/**
 * The page of benchmarks in Markdown. Benches that have not run are named at the end; `chart` is
 * the path of the picture from there.
 */
export function pageText(sections: readonly Section[], results: readonly KeptResult[], chart: string): string {
  const resultOf = (name: string) => results.find((result) => result.name === name);
  const missing = sections.filter(({ name }) => !resultOf(name)).map(({ name }) => `\`${name}\``);
  const blocks = [
    '# Benchmarks',
    '`npm run bench` measures all of this and writes this page; `npm run bench -- NAME` measures one bench again, and `npm run bench -- page` writes the page from what was measured last. ' +
      'How it is measured, and with what, is in [bench/README.md](../bench/README.md). Machines are shared and noisy: trust ratios, not digits.',
    ...machines(results),
    ...sections.flatMap((section) => {
      const result = resultOf(section.name);
      return result ? sectionBlocks(section, result, chart) : [];
    }),
    ...(missing.length > 0 ? [`Not measured yet: ${missing.join(', ')}.`] : []),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** What was measured on what; one table, as long as all benches ran on the same. */
function machines(results: readonly KeptResult[]): string[] {
  const kinds = new Map<string, { readonly machine: Machine; readonly names: string[] }>();
  for (const { machine, name } of results) {
    const text = JSON.stringify(machine);
    const kind = kinds.get(text) ?? { machine, names: [] };
    kind.names.push(name);
    kinds.set(text, kind);
  }
  return [...kinds.values()].flatMap(({ machine, names }) => [
    ...(kinds.size > 1 ? [`On this ran ${names.join(', ')}:`] : []),
    tableText({ columns: ['measured on and with', ''], rows: Object.entries(machine) }),
  ]);
}

function sectionBlocks({ title, about, name }: Section, { findings, day }: KeptResult, chart: string): string[] {
  return [
    `## ${title}`,
    `${about} (\`npm run bench -- ${name}\`, ${day})`,
    ...(findings.lines ? [`![Time over cells, for each tool](${chart})`] : []),
    ...findingsBlocks(findings),
  ];
}

/** Sentences about wrong answers that are shown. */
const mostWrong = 5;

/** Tables with their titles and notes, and what was wrong. */
export function findingsBlocks({ tables, wrong = [] }: Findings): string[] {
  const more = wrong.length > mostWrong ? `; and ${wrong.length - mostWrong} more` : '';
  const warning = `**Answers differ:** ${wrong.slice(0, mostWrong).join('; ')}${more}.`;
  return [...(wrong.length > 0 ? [warning] : []), ...tables.flatMap(tableBlocks)];
}

function tableBlocks({ title, notes = [], ...table }: Table): string[] {
  return [`**${title}**`, tableText(table), ...(notes.length > 0 ? [notes.join(' ')] : [])];
}
