import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { shellWords } from './shell-commands.ts';

const root = join(import.meta.dirname, '..');

/** A command that has ended, and all that it has written. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A service that a terminal shows, until it is stopped. */
export interface Served {
  readonly url: string;
  stop(): Promise<Ended>;
}

/** A new terminal in a folder. */
export interface Terminal {
  /**
   * Types a command, to its end, or until a line of its output fits: then it goes on, and ends as
   * `ended` says.
   */
  type(command: string, ready?: RegExp): Promise<{ readonly said: string; readonly ended: Promise<Ended> }>;
  /** Types the command that serves everything. */
  serve(command: string): Promise<Served>;
}

/** Makes a folder look like this repository to the commands that are typed in it. */
export function furnish(folder: string): void {
  for (const name of ['node_modules', 'package.json', 'setup', '.catchment'])
    symlinkSync(join(root, name), join(folder, name));
}

/**
 * Opens a terminal. It has no settings but those that are given; `serveFolder` is where a service
 * keeps its data, and says that it runs. The service does not take the port that somebody may use.
 */
export function openTerminal(
  folder: string,
  { serveFolder, env = {} }: { readonly serveFolder: string; readonly env?: NodeJS.ProcessEnv },
): Terminal {
  const { PATH, HOME, TMPDIR } = process.env;
  const npm = { npm_config_offline: 'true', npm_config_update_notifier: 'false' };
  const environment = { PATH, HOME, TMPDIR, ...npm, PORT: '0', ENV_FILE: '', SERVE_DIR: serveFolder, ...env };

  async function type(command: string, ready?: RegExp) {
    const child = spawn('/bin/bash', ['-c', command], {
      cwd: folder,
      env: environment,
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

  async function serve(command: string): Promise<Served> {
    const { said: url, ended } = await type(command, / on (http:\S+)$/);
    const stop = async () => {
      const { pid } = JSON.parse(readFileSync(join(serveFolder, 'service.json'), 'utf8'));
      process.kill(pid, 'SIGTERM');
      return await ended;
    };
    return { url, stop };
  }

  return { type, serve };
}

/** The options of curl that pages use, and the count of words that each takes. */
const curlOptions: Readonly<Record<string, number>> = {
  ...{ '-s': 0, '-si': 0, '-X': 1, '-d': 1, '-H': 1, '-o': 1, '--data-binary': 1 },
};

/**
 * Does a request as `curl` does, which need not be installed. Files are those of the folder; `url`
 * stands for `localhost:8080`. The code is 0 for an answer of 2xx, else its status.
 */
export async function curl(
  command: string,
  { url, folder }: { readonly url: string; readonly folder: string },
): Promise<Ended> {
  const [, target] = / > (\S+)$/.exec(command) ?? [];
  const [, ...words] = shellWords(command.replace(/ > \S+$/, ''));
  const headers: [string, string][] = [];
  let [method, path, into] = [undefined as string | undefined, '', target];
  let body: string | Buffer | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const takes = curlOptions[word];
    if (!word.startsWith('-')) path = word.replace(/^(?:http:\/\/)?localhost:8080/, url);
    else if (takes === undefined) throw new Error(`curl ${word} is not understood here`);
    const value = words[(i += takes ?? 0)] as string;
    if (word === '-X') method = value;
    if (word === '-o') into = value;
    if (word === '-H') headers.push(/^([^:]+):\s*(.*)$/.exec(value)!.slice(1) as [string, string]);
    if (word === '-d') body = value;
    if (word === '--data-binary') body = readFileSync(join(folder, value.slice(1)));
  }
  method ??= body === undefined ? 'GET' : 'POST';
  const response = await fetch(path, { method, headers, body: body ?? null });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (into !== undefined) writeFileSync(join(folder, into), bytes);
  return { code: response.ok ? 0 : response.status, out: bytes.toString(), err: '' };
}
