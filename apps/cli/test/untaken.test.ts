import { untaken } from '../src/untaken.ts';

type Seen = readonly (readonly [second: number, role: 'start' | 'finish' | 'count' | undefined])[];

/** What was said after roles were seen at these seconds. */
function saidOf(seen: Seen) {
  const said: string[] = [];
  let second = 0;
  const { see } = untaken({ now: () => 1000 * second, say: (sentence) => said.push(`${second} ${sentence}`) });
  for (const [at, role] of seen) {
    second = at;
    see(role);
  }
  return said;
}

const sentence = (role: string) =>
  `catchment: no worker has taken it for 10 s; start one with \`catchment worker --roles ${role}\``;

it('what nobody takes for ten seconds is said, once', () => {
  expect(
    saidOf([
      [1, 'start'],
      [9.9, 'start'],
    ]),
  ).toEqual([]);
  expect(
    saidOf([
      [1, 'start'],
      [10, 'start'],
      [11, 'start'],
      [60, 'start'],
    ]),
  ).toEqual([`10 ${sentence('start')}`]);
});

it('the ten seconds begin again when somebody takes it, and so does the saying', () => {
  const seen: Seen = [
    [5, 'start'],
    [9, undefined],
    [12, 'count'],
    [19, 'count'],
    [20, 'count'],
    [25, undefined],
    [35, 'finish'],
  ];
  expect(saidOf(seen)).toEqual([`19 ${sentence('count')}`, `35 ${sentence('finish')}`]);
});
