import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startRedis } from '@cellshed/local-services';
import { complaints, printed, readmeSnippets, snippetWith } from '../../../test/readme-snippets.ts';

const packageFolder = join(import.meta.dirname, '..');
const snippets = readmeSnippets(packageFolder);
const handler = snippetWith('createServer(', snippets);
const bullmq = snippetWith("from 'bullmq'", snippets);

/**
 * Runs an example after changing it, each text for another, and answers the first line that it
 * prints.
 */
async function run(example: string, changes: readonly (readonly [string, string])[]) {
  const text = changes.reduce((before, [from, to]) => {
    expect(before).toContain(from);
    return before.replace(from, () => to);
  }, example);
  const options = ['--input-type=module-typescript', '--eval', text];
  const child = spawn(process.execPath, options, { cwd: packageFolder, env: { ...process.env, NODE_OPTIONS: '' } });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the example ended: ${errors}`);
  });
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
  const stop = async () => {
    child.kill();
    await ended.catch(() => {});
  };
  return { line: String(line), stop };
}

it('the README’s web handler runs its model once', async () => {
  const model = 'let runs = 0;\nconst runModel = async (town: string) => ({ town, runs: ++runs });';
  const { line, stop } = await run(handler, [
    ["import { runModel } from './model.ts';", model],
    ['listen(8080)', "listen(0, '127.0.0.1', function () { console.log(this.address().port); })"],
  ]);
  const answers: unknown[] = [];
  for (let times = 0; times < 3; times++) {
    const response = await fetch(`http://127.0.0.1:${line}/Ghent`);
    answers.push([response.headers.get('x-cache'), await response.json()]);
  }
  await stop();
  const value = { town: 'Ghent', runs: 1 };
  expect(answers).toEqual([
    ['miss', value],
    ['hit', value],
    ['hit', value],
  ]);
});

it('the README’s BullMQ worker refreshes what is stale, and tries again what fails', async () => {
  const redis = await startRedis();
  const use = `
    let fetches = 0;
    const fetch = (town: string) => {
      fetches += 1;
      if (fetches === 2) throw new Error('boom');
      return town + fetches;
    };
    const forecast = cache.define({ name: 'forecast', fetch });
    const failed = new Promise((resolve) => worker.once('failed', ({ attemptsMade }) => resolve(attemptsMade)));
    const completed = new Promise((resolve) => worker.once('completed', (_, outcome) => resolve(outcome)));
    const said = [await forecast.get('Ghent'), await forecast.invalidate('Ghent'), (await forecast.read('Ghent')).status];
    said.push(await failed, await completed, await forecast.get('Ghent'), (await forecast.read('Ghent')).status);
    console.log(JSON.stringify(said));`;
  const { line, stop } = await run(bullmq + use, [
    ['redis://localhost:6379', redis.url],
    ['delay: 1000', 'delay: 1'],
  ]);
  await stop();
  await redis.stop();
  expect(JSON.parse(line)).toEqual(['Ghent1', true, 'stale', 1, 'refreshed', 'Ghent3', 'hit']);
});

it('the README’s example of tags prints what it says', () => {
  const [out, expected] = printed(snippetWith('clearTag(', snippets), { packageFolder });
  expect(out).toBe(expected);
});

/** The names that a snippet takes for granted. */
const before: readonly (readonly [text: string, code: string])[] = [
  [
    'cache.rows',
    `import { memoryStore } from '@cellshed/cache';
import { refreshingCache } from '@cellshed/refreshing';
import { Pool } from 'pg';
interface Gauge { town: string }
const pool = new Pool();
const cache = refreshingCache({ store: memoryStore() });
`,
  ],
];

it('each of the README’s examples compiles as strictly as can be', async () => {
  const files = snippets.map((code, at) => {
    const given = before.find(([text]) => code.includes(text))?.[1] ?? '';
    return [`snippet-${at}.ts`, `${given}${code}\nexport {};\n`] as const;
  });
  expect(files.length).toBe(4);
  const model = 'export const runModel = async (town: string) => ({ town });\n';
  expect(await complaints({ ...Object.fromEntries(files), 'model.ts': model })).toBe('');
});

it('a snippet that does not compile is told', async () => {
  const wrong =
    "import { refreshingCache } from '@cellshed/refreshing';\nrefreshingCache({ store: 5, queue: undefined });\n";
  expect(await complaints({ 'wrong.ts': wrong })).toMatch(
    /wrong\.ts\(2,\d+\): error TS2322: Type 'number' is not assignable to type 'Store'/,
  );
});
