import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@cellshed/local-services';
import { programOf } from './programs.ts';

/** A Prometheus of a test. */
export interface PrometheusServer extends AsyncDisposable {
  /** Asks its HTTP API; answers `data`. Throws its own sentence when it refuses. */
  ask<Data>(path: string): Promise<Data>;
}

/** Starts a Prometheus with a configuration, in a folder. */
export async function startPrometheus(folder: string, configuration: object): Promise<PrometheusServer> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'prometheus.yml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(configuration));
  const url = `127.0.0.1:${await freePort()}`;
  const options = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${url}`,
  ];
  const server = spawn(programOf('prometheus'), options, { stdio: 'ignore' });
  const ended = once(server, 'close');
  const isReady = () =>
    fetch(`http://${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (server.exitCode === null && !(await isReady()));
  if (server.exitCode !== null) throw new Error(`prometheus ended with ${server.exitCode}`);
  return {
    ask: async <Data>(path: string) => {
      const answer = (await (await fetch(`http://${url}${path}`)).json()) as { data: Data; error?: string };
      if (answer.error) throw new Error(`${path}: ${answer.error}`);
      return answer.data;
    },
    [Symbol.asyncDispose]: async () => {
      server.kill();
      await ended;
    },
  };
}
