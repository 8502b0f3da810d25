import { untried } from './faults.ts';
import type { ChaosOptions, ChaosResult } from './run.ts';

/** After this, a page is written by hand. */
const byHand = '<!-- What follows is written by hand, and kept. -->';

/** A page in the place of an older one, of which what is written by hand is kept. */
export function renewed(page: string, older: string): string {
  const at = older.indexOf(byHand);
  return at < 0 ? page : `${page}\n${older.slice(at)}`;
}

/** The page `docs/reliability.md`: what was done, and what held. */
export function pageText(
  { report, requests, happened, seconds, footprints }: ChaosResult,
  { seed, faults, minutes, requests: wanted }: Pick<ChaosOptions, 'seed' | 'faults' | 'minutes' | 'requests'>,
): string {
  const counts = [...report.counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const done = [...happened].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const times = done.reduce((sum, [, count]) => sum + count, 0);
  const used = footprints.map(({ before, after }) => {
    const both = (kind: 'threads' | 'files' | 'mebibytes') => `${before[kind]} → ${after[kind]}`;
    return [after.name, both('threads'), both('files'), both('mebibytes')];
  });
  return `# Reliability

\`npm run chaos\` starts two gateways, two workers for start and finish jobs, two raster workers and two Redis servers. It sends requests of all kinds to them while faults happen, and compares
every answer, and the values of the cache at the end, with what the area and the raster are by definition ([how](../chaos/README.md)). \`npm test\` has a short run. This page is the output of a long one:

\`\`\`sh
npm run chaos -- --requests ${wanted} --faults ${faults} --minutes ${minutes} --seed ${seed} --out docs/reliability.md
\`\`\`

**${requests} requests, ${times} faults of ${done.length} kinds, ${seconds} s. ${verdict(report.violations.length)}**

## What did not hold

${
  report.violations.length === 0
    ? 'Nothing.'
    : report.violations
        .slice(0, 100)
        .map((one) => `- ${one.replaceAll('\n', ' ')}`)
        .join('\n')
}

## What happened to the service

${table(
  ['fault', 'times'],
  done.map(([name, count]) => [name, String(count)]),
)}

Not tried:

${untried.map((one) => `- ${one}`).join('\n')}

## What became of the requests

\`gone\` and \`failed\` are right only while data of the queues were lost, or while a raster or a table could not be read.

${table(
  ['outcome', 'times'],
  counts.map(([name, count]) => [name, String(count)]),
)}

## What the processes used, at the beginning and at the end

${table(['process', 'threads', 'open files and sockets', 'MiB'], used)}
`;
}

function verdict(violations: number): string {
  return violations === 0
    ? 'Every accepted request has ended, every value that was looked at is right, and nothing is stuck or left over.'
    : `What did not hold: ${violations}.`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
