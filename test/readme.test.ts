import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { shellCommands, shellWords } from './shell-commands.ts';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const commands = shellCommands(readme);

/** A folder like this one, in which commands leave their files, and a service what it keeps. */
const folder = mkdtempSync(join(root, '.catchment/readme-'));
const serveFolder = join(folder, 'kept');

beforeAll(() => {
  for (const name of ['node_modules', 'package.json', 'setup', '.catchment'])
    symlinkSync(join(root, name), join(folder, name));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The environment of a new terminal. The service does not take the port that somebody may use. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  const npm = { npm_config_offline: 'true', npm_config_update_notifier: 'false' };
  return { PATH, HOME, TMPDIR, ...npm, PORT: '0', ENV_FILE: '', SERVE_DIR: serveFolder };
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Types a command, to its end, or until its output fits: then `stop` ends it. */
async function type(command: string, ready?: RegExp) {
  const child = spawn('/bin/sh', ['-c', command], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = once(child, 'close').then((): Ended => ({ code: child.exitCode, out, err }));
  const said = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      out += `${line}\n`;
      const found = ready?.exec(line);
      if (found) resolve(found[1] ?? '');
    });
  });
  const first = ready ? await Promise.race([said, ended]) : await ended;
  if (ready && typeof first !== 'string')
    throw new Error(`${command} ended before it was ready: ${first.out}${first.err}`);
  return { said: typeof first === 'string' ? first : '', ended };
}

/** The service that a terminal shows, until it is stopped. */
async function startService(command: string) {
  const { said: url, ended } = await type(command, / on (http:\S+)$/);
  const stop = async () => {
    const { pid } = JSON.parse(readFileSync(join(serveFolder, 'service.json'), 'utf8'));
    process.kill(pid, 'SIGTERM');
    return await ended;
  };
  return { url, stop };
}

/** A request like that of `curl`, which need not be installed. */
async function curl(command: string, url: string): Promise<Ended> {
  const [, ...words] = shellWords(command);
  const headers: [string, string][] = [];
  let [method, path, body] = ['GET', '', undefined as string | undefined];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '-s') continue;
    if (!word.startsWith('-')) path = word.replace('localhost:8080', url);
    else if (word === '-X') method = words[++i] as string;
    else if (word === '-d') body = words[++i];
    else if (word === '-H') headers.push(/^([^:]+):\s*(.*)$/.exec(words[++i] as string)!.slice(1) as [string, string]);
    else throw new Error(`curl ${word} is not understood here`);
  }
  const response = await fetch(path, { method, headers, body: body ?? null });
  return { code: response.status === 200 ? 0 : response.status, out: await response.text(), err: '' };
}

/**
 * Commands that are not for this test: it is one of all tests itself, and the check is run before.
 */
const elsewhere = ['npm test', 'npm run check'];

it('every command of the README works when it is typed after the ones before it, without a URL or a setting', async () => {
  let service: Awaited<ReturnType<typeof startService>> | undefined;
  const typed: string[] = [];
  for (const command of commands) {
    const plain = command.replace(/ +#.*$/, '');
    if (elsewhere.includes(plain)) continue;
    typed.push(plain.split(' ').slice(0, 3).join(' '));
    if (plain === 'npm start') {
      service = await startService(plain);
      continue;
    }
    const { code, out, err } = plain.startsWith('curl ')
      ? await curl(plain, service!.url)
      : await (await type(command)).ended;
    expect([plain, code, err]).toEqual([plain, 0, expect.not.stringMatching(/^catchment: /m)]);
    if (!plain.startsWith('cat ')) expect([plain, out.trim()]).not.toEqual([plain, '']);
  }
  expect((await service!.stop()).code).toBe(0);
  const kinds = ['request', 'count', 'catalog', 'warm', 'cache', 'invalidate', 'tally', 'precompute', 'load'];
  expect(typed).toEqual(expect.arrayContaining(['npm run demo', 'npm start', 'curl -s -X']));
  expect(kinds.filter((kind) => !typed.includes(`npx catchment ${kind}`))).toEqual([]);
}, 600_000);

it('what the README says of other ways of starting works, too', async () => {
  const inline = Array.from(readme.matchAll(/`(np[mx] [^`]+)`/g), ([, command = '']) => command);
  const [own, ...parts] = inline.filter((command) => / -- |gateway|worker/.test(command)) as [string, ...string[]];
  expect([own, parts.length]).toEqual(['npm start -- --catalog catalog.yaml', 3]);
  // npm starts its scripts in the folder of its package, which this one only looks like.
  const service = await startService(own.replace('catalog.yaml', join(folder, 'catalog.yaml')));
  expect((await (await type('npx catchment request basins/990101010101 cover')).ended).out).toContain(
    'Land cover in basins',
  );
  for (const part of parts) {
    const ready = /"pid":(\d+),.*(?:gateway listens on|worker takes)/;
    const { said: pid, ended } = await type(part.replace(/--port \d+/, '--port 0'), ready);
    process.kill(Number(pid), 'SIGTERM');
    expect([part, (await ended).code]).toEqual([part, 0]);
  }
  expect((await service.stop()).code).toBe(0);
}, 600_000);
