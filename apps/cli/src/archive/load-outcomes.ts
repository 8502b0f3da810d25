import type { LoadSummary } from '../json-documents.ts';
import { countText } from '../text/figures.ts';

type Refused = LoadSummary['refusals'][number];

export type LoadOutcomes = ReturnType<typeof openLoadOutcomes>;

const mostReasons = 100;
const mostLines = 10;
const otherReasons = 'other reasons';

/** Counts the outcomes of the lines, in bounded memory. */
export function openLoadOutcomes() {
  const counts = { loaded: 0, alreadyThere: 0, alreadyThereOtherwise: 0, refused: 0, broken: 0 };
  const reasons = new Map<string, { lines: number; firstLines: number[] }>();
  const brokenLines: { line: number; problem: string }[] = [];
  return {
    count: (what: 'loaded' | 'alreadyThere' | 'alreadyThereOtherwise') => {
      counts[what] += 1;
      if (what === 'alreadyThereOtherwise') counts.alreadyThere += 1;
    },
    refuse: (line: number, reason: string) => {
      counts.refused += 1;
      const name = reasons.has(reason) || reasons.size < mostReasons ? reason : otherReasons;
      const refused = reasons.get(name) ?? { lines: 0, firstLines: [] };
      refused.lines += 1;
      if (refused.firstLines.length < mostLines) refused.firstLines.push(line);
      reasons.set(name, refused);
    },
    break: (line: number, problem: string) => {
      counts.broken += 1;
      if (brokenLines.length < mostLines) brokenLines.push({ line, problem });
    },
    summary: (frame: Pick<LoadSummary, 'outcome' | 'file' | 'dryRun'>): LoadSummary => {
      const refusals = Array.from(reasons, ([reason, refused]) => ({ reason, ...refused }));
      return { ...frame, ...counts, refusals, brokenLines };
    },
  };
}

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
