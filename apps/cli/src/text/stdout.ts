import { open } from 'node:fs/promises';

/**
 * Writes to stdout and waits until it can take more, so that nothing piles up in memory. Rejects
 * when nobody reads any more.
 */
export async function writeOut(data: string | Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(data, (error) => (error ? reject(error) : resolve()));
  });
}

/** Whether writing failed as nobody reads any more. */
export function isReaderGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EPIPE';
}

/** One sentence about output that could not be written. */
export function unwrittenText(error: NodeJS.ErrnoException): string {
  return `the output cannot be written: ${reasons[error.code ?? ''] ?? error.message}`;
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'no space left within the quota',
  EIO: 'the disk or terminal failed',
  EPIPE: 'nobody reads it any more',
};

/** The path of stdout, which `-` stands for. */
export const stdoutPath = '/dev/stdout';

/** A stream to be written from its end on: a pipe, a terminal, or stdout by its path. */
export async function openStream(path: string): Promise<{
  write(text: string): Promise<void>;
  close(): Promise<void>;
}> {
  // Stdout may be a socket, which cannot be opened by its path.
  if (path === stdoutPath) return { write: failingPlainly(writeOut), close: async () => undefined };
  const file = await open(path, 'a');
  return { write: failingPlainly((text) => file.appendFile(text)), close: () => file.close() };
}

function failingPlainly(write: (text: string) => Promise<void>) {
  return (text: string): Promise<void> =>
    write(text).catch((cause) => {
      throw new Error(unwrittenText(cause), { cause });
    });
}
