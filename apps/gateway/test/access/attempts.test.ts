import { openAttempts } from '../../src/access/attempts.ts';
import { ProblemError } from '../../src/problems/problem.ts';

function guesser() {
  let now = 1_000_000;
  const attempts = openAttempts(() => now);
  const logged: unknown[] = [];
  let looked = 0;
  const log = { warn: (...line: unknown[]) => logged.push(line) } as never;
  const ask = async (ip: string, isRight = false) => {
    const headers = new Map<string, unknown>();
    const reply = { header: (name: string, value: unknown) => headers.set(name, value) } as never;
    const look = () => {
      looked += 1;
      return isRight;
    };
    const problem = await attempts
      .attempt({ request: { ip, log }, reply, wrong: 'wrong token', isRight: look })
      .catch((error: ProblemError) => error);
    return problem instanceof ProblemError ? [problem.status, headers.get('retry-after')] : 'let through';
  };
  return {
    ask,
    logged,
    looked: () => looked,
    addresses: () => attempts.addresses,
    pass: (milliseconds: number) => (now += milliseconds),
  };
}

it('after ten failures an address is let fail once every six seconds, and each failure is logged', async () => {
  const { ask, logged, looked, pass } = guesser();
  for (let i = 0; i < 10; i++) expect(await ask('192.0.2.1')).toEqual([401, undefined]);
  for (let i = 0; i < 1000; i++) expect(await ask('192.0.2.1')).toEqual([429, 6]);
  expect([looked(), logged.length]).toEqual([10, 10]);
  expect(logged[0]).toEqual([{ address: '192.0.2.1' }, 'authentication failed: wrong token, from 192.0.2.1']);
  pass(5999);
  expect(await ask('192.0.2.1', true)).toEqual([429, 1]);
  pass(1);
  expect(await ask('192.0.2.1', true)).toBe('let through');
  expect(await ask('192.0.2.1')).toEqual([401, undefined]);
  expect(await ask('192.0.2.1', true)).toEqual([429, 6]);
  pass(60_000);
  for (let i = 0; i < 10; i++) expect(await ask('192.0.2.1')).toEqual([401, undefined]);
  expect(await ask('192.0.2.1')).toEqual([429, 6]);
});

it('a right password does not let anybody guess on', async () => {
  const { ask } = guesser();
  for (let i = 0; i < 10; i++) {
    expect(await ask('192.0.2.1')).toEqual([401, undefined]);
    if (i < 9) expect(await ask('192.0.2.1', true)).toBe('let through');
  }
  expect(await ask('192.0.2.1')).toEqual([429, 6]);
});

it('no other address suffers, and all of one IPv6 network are one', async () => {
  const { ask } = guesser();
  for (let i = 0; i < 10; i++) await ask(`2001:db8::${i}`);
  expect(await ask('2001:db8::ff')).toEqual([429, 6]);
  expect(await ask('2001:db8:0:1::ff', true)).toBe('let through');
  expect(await ask('192.0.2.1', true)).toBe('let through');
});

it('no more than 10,000 addresses are remembered, those that have failed last', async () => {
  const { ask, addresses } = guesser();
  for (let i = 0; i < 10; i++) await ask('192.0.2.1');
  for (let i = 0; i < 9_999; i++) await ask(`10.0.${i >> 8}.${i & 255}`);
  expect(await ask('192.0.2.1')).toEqual([429, 6]);
  for (let i = 0; i < 30_000; i++) await ask(`10.1.${i >> 8}.${i & 255}`);
  expect(addresses()).toBe(10_000);
});
