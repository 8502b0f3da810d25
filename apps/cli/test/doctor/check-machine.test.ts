import { checkMachine } from '../../src/doctor/check-machine.ts';

const versions = (node: string) => ({ ...process.versions, node });

it.each([
  ['20.20.2', 'wrong', '20.20.2, expected 22.15 or newer'],
  ['22.14.0', 'wrong', '22.14.0, expected 22.15 or newer'],
  ['22.15.0', 'well', '22.15.0'],
  ['24.0.0', 'well', '24.0.0'],
])('Node.js %s is %s', (node, state, found) => {
  const [first] = checkMachine({ threads: 1, tileCacheBytes: 0 }, versions(node));
  expect(first).toMatchObject({ subject: 'Node.js', state, found });
});
