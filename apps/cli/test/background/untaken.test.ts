import { untaken } from '../../src/background/untaken.ts';

type Seen = readonly (readonly [second: number, role: 'start' | 'finish' | 'count' | undefined])[];

/** The sentences that are said when roles are seen at these seconds. */
function saidOf(seen: Seen) {
  const said: string[] = [];
  let second = 0;
  const { see } = untaken({ now: () => 1000 * second, say: (sentence) => said.push(`${second} ${sentence}`) });
  for (const [at, role] of seen) {
    second = at;
    see(role && { role, isPaused: false });
  }
  return said;
}

const sentence = (role: string) =>
  `catchment: no worker takes ${role} jobs; start one with \`catchment worker --roles ${role}\``;

it('what nobody takes for two seconds is said, once', () => {
  expect(
    saidOf([
      [1, 'start'],
      [1.9, 'start'],
    ]),
  ).toEqual([]);
  expect(
    saidOf([
      [1, 'start'],
      [2, 'start'],
      [3, 'start'],
      [60, 'start'],
    ]),
  ).toEqual([`2 ${sentence('start')}`]);
});

it('jobs that an operator has paused are said to be', () => {
  const said: string[] = [];
  let second = 0;
  const { see } = untaken({ now: () => 1000 * second, say: (sentence) => said.push(sentence) });
  for (second of [0, 3]) see({ role: 'count', isPaused: true });
  expect(said).toEqual(['catchment: an operator has paused count jobs']);
});

it('the two seconds begin again when somebody takes it, and so does the saying', () => {
  const seen: Seen = [
    [1, 'start'],
    [1.5, undefined],
    [2, 'count'],
    [3.5, 'count'],
    [4, 'count'],
    [5, undefined],
    [7, 'finish'],
  ];
  expect(saidOf(seen)).toEqual([`3.5 ${sentence('count')}`, `7 ${sentence('finish')}`]);
});
