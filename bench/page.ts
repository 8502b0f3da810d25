import { type Findings, type Table, tableText } from './findings.ts';
import type { KeptResult } from './kept-results.ts';
import type { Machine } from './machine.ts';

/** The texts of the page beside the findings of a bench. */
export interface Section {
  readonly name: string;
  readonly title: string;
  /** The subject and the method of the measurement. */
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
    '`npm run bench` runs all benches and writes this page. `npm run bench -- NAME` runs one of them again, and `npm run bench -- page` writes the page from the last results. ' +
      '[bench/README.md](../bench/README.md) describes the methods and tools. Machines are shared and noisy: trust ratios, not digits.',
    ...machines(results),
    ...sections.flatMap((section) => {
      const result = resultOf(section.name);
      return result ? sectionBlocks(section, result, chart) : [];
    }),
    ...(missing.length > 0 ? [`Not measured yet: ${missing.join(', ')}.`] : []),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** The machines of the benches; one table if all benches ran on the same one. */
function machines(results: readonly KeptResult[]): string[] {
  const kinds = new Map<string, { readonly machine: Machine; readonly names: string[] }>();
  for (const { machine, name } of results) {
    const text = JSON.stringify(machine);
    const kind = kinds.get(text) ?? { machine, names: [] };
    kind.names.push(name);
    kinds.set(text, kind);
  }
  return [...kinds.values()].flatMap(({ machine, names }) => [
    ...(kinds.size > 1 ? [`This machine ran ${names.join(', ')}:`] : []),
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
