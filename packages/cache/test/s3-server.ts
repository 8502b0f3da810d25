import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('s3-server-main.ts', import.meta.url));

export interface S3Server {
  readonly endpoint: string;
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/**
 * An S3-compatible server as a process of its own, with one bucket. It checks signatures: the key
 * and the secret are `S3RVER`, which this sets in the environment, where the client looks for them.
 */
export async function startS3(bucket: string, port?: number): Promise<S3Server> {
  process.env.AWS_ACCESS_KEY_ID = 'S3RVER';
  process.env.AWS_SECRET_ACCESS_KEY = 'S3RVER';
  const folder = mkdtempSync(join(tmpdir(), 'catchment-s3-'));
  const own = port ?? (await freePort());
  // It enciphers the tokens of its lists with Blowfish.
  const args = ['--openssl-legacy-provider', program, folder, String(own), bucket];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const ended = once(child, 'exit');
  let said = '';
  const listens = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (/listening/i.test(said)) resolve();
      });
    }
    void ended.then(() => reject(new Error(`s3rver ended: ${said}`)));
  });
  await listens;
  return {
    endpoint: `http://127.0.0.1:${own}`,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
