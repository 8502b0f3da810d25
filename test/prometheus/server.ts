import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '@cellshed/local-services';
import { endChild, startChild } from '../children.ts';
import { programOf } from './programs.ts';

/** A Prometheus of a test. */
export interface PrometheusServer extends AsyncDisposable {
  /** Asks its HTTP API; answers `data`. Throws its own sentence when it refuses. */
  ask<Data>(path: string): Promise<Data>;
}

const attempts = 5;

/** Starts a Prometheus with a configuration, in a folder. */
export async function startPrometheus(folder: string, configuration: object): Promise<PrometheusServer> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'prometheus.yml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(configuration));
  // Another process may take the port before it does.
  for (let attempt = 1; ; attempt++) {
    const started = await startOnce(folder, file).catch((error: Error) => error);
    if (!(started instanceof Error)) return started;
    if (attempt === attempts) throw started;
  }
}

async function startOnce(folder: string, file: string): Promise<PrometheusServer> {
  const url = `127.0.0.1:${await freePort()}`;
  const options = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${url}`,
  ];
  const server = startChild([programOf('prometheus'), ...options], { stdio: 'ignore' });
  const isReady = () =>
    fetch(`http://${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  const end = () => server.exitCode ?? server.signalCode;
  while (end() === null && !(await isReady())) await setTimeout(20);
  if (end() !== null) throw new Error(`prometheus ended with ${end()}`);
  return {
    ask: async <Data>(path: string) => {
      const answer = (await (await fetch(`http://${url}${path}`)).json()) as { data: Data; error?: string };
      if (answer.error) throw new Error(`${path}: ${answer.error}`);
      return answer.data;
    },
    [Symbol.asyncDispose]: () => endChild(server, 'SIGTERM'),
  };
}
