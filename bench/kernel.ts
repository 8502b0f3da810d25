import { exponentOf, type Findings, type Line, type Table, type Value } from './findings.ts';
import { benchInputs, sizes } from './inputs.ts';
import { oneRasterTools, ourNames, rival, type Tool, twoRasterTools } from './kernel-tools.ts';
import { measureAll, type Outcomes } from './measured.ts';

/**
 * The kernel beside others: two rasters in the ways of `kernelModes` and numpy's, and one raster
 * with whatever counts one.
 */
export async function benchKernel(): Promise<Findings> {
  const inputs = await benchInputs();
  const [two, one] = [twoRasterTools(), oneRasterTools()];
  const all = [...two, ...one];
  const outcomes = measureAll(all, inputs);
  return {
    tables: [
      timesTable('Two rasters', two, outcomes),
      ratiosTable(outcomes),
      exponentsTable(outcomes),
      timesTable('One raster', one, outcomes),
      peaksTable(all, outcomes),
    ],
    lines: all.map(({ name, isOurs }) => ({ name, isOurs, points: pointsOf(name, outcomes) })),
    wrong: disagreements(all, outcomes),
  };
}

const labels = sizes.map(({ label }) => label);

function timesTable(title: string, tools: readonly Tool[], outcomes: Outcomes): Table {
  const rows = rowsOf(tools, outcomes, 'milliseconds');
  return {
    title: `${title}: milliseconds for a count`,
    columns: ['', ...labels],
    rows,
    notes: notesOn(tools, outcomes),
  };
}

function peaksTable(tools: readonly Tool[], outcomes: Outcomes): Table {
  const rows = rowsOf(tools, outcomes, 'peakMebibytes');
  return { title: 'Peak memory of the process in MiB', columns: ['', ...labels], rows };
}

function rowsOf(tools: readonly Tool[], outcomes: Outcomes, member: 'milliseconds' | 'peakMebibytes'): Value[][] {
  return tools.map(({ name }) => [
    name,
    ...sizes.map(({ polygon }) => {
      const outcome = outcomes(name, polygon);
      return 'problem' in outcome ? undefined : outcome[member];
    }),
  ]);
}

/** Why what is empty is empty, in a sentence for each reason. */
function notesOn(tools: readonly Tool[], outcomes: Outcomes): string[] {
  return tools.flatMap(({ name }) => {
    const problems = new Map<string, string[]>();
    for (const { polygon, label } of sizes) {
      const outcome = outcomes(name, polygon);
      if ('problem' in outcome) problems.set(outcome.problem, [...(problems.get(outcome.problem) ?? []), label]);
    }
    return Array.from(problems, ([problem, where]) =>
      where.length === sizes.length ? `${name}: ${problem}.` : `${name}, ${where.join(', ')}: ${problem}.`,
    );
  });
}

/** The speed that each mode must reach, as a multiple of one way of the rival. */
const targets = [
  { mode: 'decode', than: rival.opened, atLeast: [3, 3, 3, 3.5] },
  { mode: 'kept', than: rival.kept, atLeast: [3, 4, 4.5, 4.5] },
  { mode: 'tallies', than: rival.opened, atLeast: [7, 12, 25, 50] },
  { mode: 'squares', than: rival.kept, atLeast: [12, 20, 35, 80] },
] as const;

/** Times of the rival by times of ours, and what they are to be. */
export function ratiosTable(outcomes: Outcomes): Table {
  const rows = targets.map(({ mode, than, atLeast }): Value[] => {
    const cells = sizes.map(({ polygon }, index) => {
      const [ours, theirs] = [outcomes(ourNames[mode], polygon), outcomes(than, polygon)];
      if ('problem' in ours || 'problem' in theirs) return `(${atLeast[index]})`;
      return `${(theirs.milliseconds / ours.milliseconds).toFixed(2)} (${atLeast[index]})`;
    });
    return [ourNames[mode], than, ...cells];
  });
  return {
    title: 'How many times as fast as numpy + rasterio',
    columns: ['', 'than', ...labels],
    rows,
    notes: ['The figure in brackets is the least that it should be.'],
  };
}

function exponentsTable(outcomes: Outcomes): Table {
  const rows = targets.map(({ mode }): Value[] => {
    const points = pointsOf(ourNames[mode], outcomes).slice(1);
    return [ourNames[mode], points.length > 1 ? exponentOf(points).toFixed(2) : undefined];
  });
  return {
    title: 'The power of the number of cells with which time grows, from 2.2e6 to 2.5e8',
    columns: ['', 'exponent'],
    rows,
    notes: ['With tallies it should be at most 0.55. The border of an area grows with about 0.5.'],
  };
}

function pointsOf(tool: string, outcomes: Outcomes): Line['points'] {
  return sizes.flatMap(({ polygon }) => {
    const outcome = outcomes(tool, polygon);
    return 'problem' in outcome ? [] : [[outcome.cells, outcome.milliseconds] as const];
  });
}

/** A sentence for each answer that does not agree with the one that it must agree with. */
export function disagreements(tools: readonly Tool[], outcomes: Outcomes): string[] {
  return tools.flatMap(({ name, agrees }) =>
    sizes.flatMap(({ polygon, label }) => {
      const [own, other] = [outcomes(name, polygon), agrees && outcomes(agrees.with, polygon)];
      if (!agrees || !other || 'problem' in own || 'problem' in other) return [];
      const difference = agrees.rule(other.counts, own.counts);
      return difference ? [`${label}: ${agrees.with} counts ${difference} (${name})`] : [];
    }),
  );
}
