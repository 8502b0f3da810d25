import type { TallyWorkSummary } from '@cellshed/chores';
import prettyBytes from 'pretty-bytes';
import type { ListedTally } from '../json-documents.ts';
import { countText, durationText } from '../text/figures.ts';
import { textColumns } from '../text/text-columns.ts';

export function tallyWorkText(summary: TallyWorkSummary): string {
  const { operation, work, stopped, nodes, there, counted, wrong, failures, seconds } = summary;
  const counts = (number: number) => number.toLocaleString('en');
  const missing = nodes - there;
  return [
    nodes === 0
      ? `${operation}: nothing was done`
      : `${operation}: ${counts(there)} of ${countText(nodes, 'node')} there, ${sizeText(summary)}`,
    `  ${countText(counted, 'tile')} counted in ${durationText(1000 * seconds)}`,
    ...(work === 'verify'
      ? [`  ${wrong === 0 ? 'all are right' : `${countText(wrong, 'node')} wrong: drop this tally and build it again`}`]
      : []),
    ...(work === 'build' && missing > 0 && !stopped && Object.keys(failures).length === 0
      ? [`  ${counts(missing)} are too large to be kept: their cells will be counted`]
      : []),
    ...Object.entries(failures).map(([reason, times]) => `  failed: ${counts(times)} × ${reason}`),
    ...(stopped ? ['  stopped before the end; the same command goes on'] : []),
  ].join('\n');
}

type Sized = Pick<TallyWorkSummary, 'bytes' | 'cells' | 'nodes' | 'there'>;

function sizeText(sized: Sized): string {
  return `${prettyBytes(sized.bytes)} (${prettyBytes(bytesPerMillion(sized))} per million cells)`;
}

/** The bytes per million cells, of the cells whose nodes are there. */
function bytesPerMillion({ bytes, cells, nodes, there }: Sized): number {
  return there === 0 ? 0 : Math.round((bytes * nodes) / there / (cells / 1e6));
}

export function tallyListText(listed: readonly ListedTally[], width: number): string {
  if (listed.length === 0) return 'No tallies are kept.';
  const head = ['operation', 'state', 'built', 'squares', 'size', 'per Mcell'];
  const rows = listed.map(({ operation, state, nodes, there, cells, bytes, squares, tilesWithSquares }) => [
    operation,
    state,
    nodes === undefined || there === undefined ? '-' : `${Math.floor((100 * there) / nodes)}%`,
    tilesWithSquares ? `${Math.floor((100 * squares) / tilesWithSquares)}%` : '-',
    prettyBytes(bytes),
    cells === undefined || nodes === undefined || there === undefined
      ? '-'
      : prettyBytes(bytesPerMillion({ bytes, cells, nodes, there })),
  ]);
  return textColumns([head, ...rows], { names: 1, width }).join('\n');
}
