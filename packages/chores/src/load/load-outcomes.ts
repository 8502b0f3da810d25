import type { LoadSummary } from '../summaries.ts';

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
