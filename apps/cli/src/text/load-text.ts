import type { LoadSummary } from '@cellshed/chores';
import { countText } from './figures.ts';

type Refused = LoadSummary['refusals'][number];

/** The summary for people. */
export function loadText(summary: LoadSummary, place: string): string {
  const { outcome, file, dryRun, loaded, alreadyThere, alreadyThereOtherwise, refused, refusals, broken, brokenLines } =
    summary;
  const otherwise =
    alreadyThereOtherwise > 0
      ? `, ${alreadyThereOtherwise.toLocaleString('en')} of them with another value (--overwrite replaces it)`
      : '';
  const lines = [
    ...(outcome === 'stopped' ? [`Stopped in the middle of ${file}: the same command goes on with the rest.`] : []),
    `${countText(loaded, 'result')} ${dryRun ? 'would be loaded (dry run: none was)' : 'loaded'} into ${place}`,
    `${alreadyThere.toLocaleString('en')} already there${otherwise}`,
    ...(refused > 0 ? [`${refused.toLocaleString('en')} refused:`] : []),
    ...refusals.map((one) => `  ${one.reason}: ${countText(one.lines, 'line')} (${someLines(one)})`),
    ...(broken > 0 ? [`${countText(broken, 'broken line')}:`] : []),
    ...brokenLines.map(({ line, problem }) => `  line ${line} ${problem}`),
    ...(broken > brokenLines.length ? ['  …'] : []),
  ];
  // Control characters of a file must not reach the terminal.
  return lines.map((line) => line.replace(/\p{Cc}/gu, '\uFFFD')).join('\n');
}

function someLines({ lines, firstLines }: Refused): string {
  return `${firstLines.join(', ')}${lines > firstLines.length ? ', …' : ''}`;
}
