import { pythonWith } from '../rivals/set-up.ts';

const before = process.env.BENCH_PYTHON;
afterEach(() => {
  if (before === undefined) delete process.env.BENCH_PYTHON;
  else process.env.BENCH_PYTHON = before;
});

it('a Python that is not there is a sentence, not an error', () => {
  process.env.BENCH_PYTHON = '/nowhere/python3';
  expect(pythonWith(['numpy'])).toEqual({ problem: expect.stringContaining('/nowhere/python3 -c import numpy') });
});

it('a program that fails says why in its last line', () => {
  process.env.BENCH_PYTHON = process.execPath;
  expect(pythonWith(['numpy'])).toEqual({ problem: expect.stringMatching(/-c import numpy: \S/) });
});

it('a Python that has the packages is the one that is named', () => {
  process.env.BENCH_PYTHON = '/bin/true';
  expect(pythonWith(['numpy'])).toEqual({ at: '/bin/true' });
});
