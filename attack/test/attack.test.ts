import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cpuSecondsFor } from '../row.ts';
import { rows } from '../rows.ts';
import { isRowAbove, lineText, tableText } from '../table.ts';
import { watch } from '../watch.ts';

const row = { name: 'a', about: 'a | b' };
const cost = { what: 'CPU', value: 2, unit: 's', most: 2 };
const inside = { bytes: 1200, costs: [cost], answer: '200' };
const above = {
  bytes: 1200,
  costs: [cost, { ...cost, what: 'turn', value: 50.5, unit: 'ms', most: 50 }],
  answer: '200',
};

it('two CPU seconds are allowed for each begun 100 kB', () => {
  expect([0, 1, 100_000, 100_001, 1_000_000].map(cpuSecondsFor)).toEqual([2, 2, 2, 4, 20]);
});

it('a row is above where one of its costs is, or where it could not be measured', () => {
  expect(isRowAbove(inside)).toBe(false);
  expect(isRowAbove(above)).toBe(true);
  expect(isRowAbove({ problem: 'it did not start' })).toBe(true);
});

it('the table shows what is above in bold, and what it was before', () => {
  expect(
    tableText([{ row, outcome: inside, before: { ...above, costs: [{ ...cost, value: 1234, atLeast: true }] } }]),
  ).toBe(
    [
      '|  | what is sent | bytes | at most | before | cost |  | answer |',
      '| --- | --- | --: | --- | --- | --- | --- | --- |',
      '| a | a \\| b | 1,200 | CPU 2 s | **CPU ≥ 1,234 s** | CPU 2 s | inside | 200 |',
    ].join('\n'),
  );
  expect(lineText({ row, outcome: above })).toBe('ABOVE  a: CPU 2 s, **turn 51 ms** (200)');
});

it('each attack has a name of its own', () => {
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
});

it('a process that is watched tells how long a turn of its event loop took in CPU time', async () => {
  const spins = `
    process.on('message', (message) => {
      if (message !== 'spin') return;
      const taken = () => process.threadCpuUsage().user + process.threadCpuUsage().system;
      const end = taken() + 300_000;
      while (taken() < end);
      process.send('done');
    });
    setInterval(() => undefined, 1000);
    process.send('ready');`;
  const child = spawn(process.execPath, ['--import', join(import.meta.dirname, '../watched.ts'), '-e', spins], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  await once(child, 'message');
  const spent = watch(child);
  child.send('spin');
  await once(child, 'message');
  const { longestTurn, cpuSeconds, hasEnded } = await spent();
  child.kill();
  expect(longestTurn.atLeast).toBe(false);
  expect(longestTurn.milliseconds).toBeGreaterThanOrEqual(300);
  // Linux counts in hundredths.
  expect(cpuSeconds).toBeGreaterThan(0.2);
  expect(hasEnded).toBe(false);
});
