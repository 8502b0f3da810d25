import { countText } from '../text/figures.ts';
import { type Style, styled } from '../text/styled.ts';
import { wrapped } from '../text/wrapped.ts';
import type { DoctorDocument, Finding } from './finding.ts';

const styles: Readonly<Record<Finding['state'], Style>> = { well: 'aside', doubtful: 'head', wrong: 'problem' };
const indent = '  ';

/**
 * The findings for people: by check, what is wrong first, then a sentence about all. Commands stand
 * in lines of their own, however long, so that they can be copied.
 */
export function doctorText({ wrong, doubtful, findings }: DoctorDocument, width: number): string {
  const checks = [...new Set(findings.map(({ check }) => check))];
  const sections = checks.map((check) => {
    const own = findings.filter((one) => one.check === check);
    const order = ['wrong', 'doubtful', 'well'].flatMap((state) => own.filter((one) => one.state === state));
    return [styled('head', check), ...order.flatMap((one) => linesOf(one, width))].join('\n');
  });
  const all = `${countText(findings.length, 'thing')} looked at: ${wrong} wrong, ${doubtful} doubtful`;
  return [...sections, all].join('\n\n');
}

function linesOf({ subject, state, found, advice, command }: Finding, width: number): string[] {
  const [first = '', ...others] = wrapped(`${state}: ${subject}: ${found}`, width, indent);
  const marked = first.replace(`${state}:`, styled(styles[state], `${state}:`));
  return [
    marked.trimStart(),
    ...others,
    ...(advice === null ? [] : hanging(wrapped(`→ ${advice}`, width - indent.length, indent))),
    ...(command === null ? [] : [`${indent}${command}`]),
  ];
}

/** The lines of a marked sentence: those after the first begin under its first word. */
function hanging(lines: readonly string[]): string[] {
  return lines.map((line, i) => (i === 0 ? line : `${indent}${line}`));
}
