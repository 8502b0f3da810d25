import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const launcher = join(import.meta.dirname, '../bin/catchment.mjs');
const old = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.0.0'}})`;

/** The output of `catchment …` under this Node, or under one that says that it is older. */
function launch(args: readonly string[], { asOld }: { readonly asOld: boolean }) {
  const options = { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '', ENV_FILE: '' } } as const;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...(asOld ? ['--import', old] : []), launcher, ...args],
    options,
  );
  return { status, stdout, stderr };
}

it('the command prints and ends the same under a Node that cannot run TypeScript: a newer one runs it', () => {
  expect(launch(['--version'], { asOld: true })).toEqual({ status: 0, stdout: '0.1.0\n', stderr: '' });
  for (const args of [
    ['help', 'count'],
    ['count'],
    ['nothing'],
    ['count', 'huc12/1', 'x', '--catalog', '/nowhere.yaml'],
  ])
    expect(launch(args, { asOld: true })).toEqual(launch(args, { asOld: false }));
  expect(launch(['count'], { asOld: true }).status).toBe(2);
});
