import { timesChart } from '../chart.ts';
import type { Findings } from '../findings.ts';
import type { KeptResult } from '../kept-results.ts';
import { pageText } from '../page.ts';
import { type Bench, runBenches } from '../run.ts';

const section = (name: string) => ({ name, title: `Title of ${name}`, about: `About ${name}.` });
const findings: Findings = {
  tables: [{ title: 'Times', columns: ['', 'ms'], rows: [['ours', 7]], notes: ['A note.'] }],
};
const result = (name: string, machine: Record<string, string>, found = findings): KeptResult => ({
  name,
  day: '2026-11-21',
  machine,
  findings: found,
});

it('the page has the machine, a section for each bench that has run, and the names of those that have not', () => {
  const page = pageText([section('kernel'), section('sweep')], [result('kernel', { Node: '24.1.0' })], 'times.svg');
  expect(page).toContain('| Node                 | 24.1.0 |');
  expect(page).toContain('## Title of kernel\n\nAbout kernel. (`npm run bench -- kernel`, 2026-11-21)\n\n**Times**');
  expect(page).toContain('| ours |   7 |\n\nA note.\n');
  expect(page).toContain('Not measured yet: `sweep`.');
  expect(page).not.toContain('times.svg');
});

it('what there is none of is empty, also after it was kept as JSON', () => {
  const table = { title: 'Times', columns: ['', 'ms'], rows: [['absent', undefined]] };
  const kept: KeptResult = JSON.parse(JSON.stringify(result('kernel', {}, { tables: [table] })));
  expect(pageText([section('kernel')], [kept], 'times.svg')).toContain('| absent |     |');
});

it('benches that ran on different machines say which', () => {
  const results = [result('kernel', { Node: '24.1.0' }), result('sweep', { Node: '24.2.0' })];
  const page = pageText([section('kernel'), section('sweep')], results, 'times.svg');
  expect(page).toContain('This machine ran kernel:');
  expect(page).toContain('This machine ran sweep:');
});

it('the chart stands where the lines come from, and wrong answers stand first', () => {
  const found = { ...findings, lines: [], wrong: ['one differs'] };
  const page = pageText([section('kernel')], [result('kernel', {}, found)], 'times.svg');
  expect(page).toMatch(/!\[.*\]\(times\.svg\)\n\n\*\*Answers differ:\*\* one differs\./);
});

it('of many wrong answers some are shown, and how many more there are', () => {
  const wrong = Array.from({ length: 7 }, (_, i) => `area ${i} differs`);
  const page = pageText([section('sweep')], [result('sweep', {}, { ...findings, wrong })], 'times.svg');
  expect(page).toContain('area 4 differs; and 2 more.');
});

it('the chart names each tool that has times', () => {
  const line = (name: string, points: readonly (readonly [number, number])[]) => ({ name, isOurs: true, points });
  const svg = timesChart([
    line('quick', [
      [1e5, 1],
      [1e8, 10],
    ]),
    line('absent', []),
  ]);
  expect(svg).toMatch(/^<svg/);
  expect(svg).toContain('quick');
  expect(svg).not.toMatch(/absent|<style/);
});

describe('running benches', () => {
  const bench = (name: string, found: Findings): Bench => ({ ...section(name), run: async () => found });
  const surroundings = () => {
    const [said, kept]: [string[], KeptResult[]] = [[], []];
    return {
      said,
      kept,
      machine: () => ({ Node: '24.1.0' }),
      now: () => new Date('2026-11-21T23:00:00Z'),
      say: (text: string) => said.push(text),
      keep: (one: KeptResult) => kept.push(one),
    };
  };

  it('what they find is said and kept, and all is right', async () => {
    const around = surroundings();
    expect(await runBenches([bench('kernel', findings)], around)).toBe(true);
    expect(around.kept).toEqual([result('kernel', { Node: '24.1.0' })]);
    expect(around.said.join('\n')).toContain('| ours |   7 |');
  });

  it('one wrong answer makes it wrong, and the others run all the same', async () => {
    const around = surroundings();
    const wrong = { ...findings, wrong: ['HUC-8: ours counts 5 cells of 11, the other has 6'] };
    expect(await runBenches([bench('kernel', wrong), bench('sweep', findings)], around)).toBe(false);
    expect(around.kept.map(({ name }) => name)).toEqual(['kernel', 'sweep']);
    expect(around.said.join('\n')).toContain('**Answers differ:** HUC-8: ours counts 5 cells of 11, the other has 6.');
  });
});
