/** Writes to stdout and waits until it can take more, so that nothing piles up in memory. Rejects when nobody reads any more. */
export async function writeOut(data: string | Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(data, (error) => (error ? reject(error) : resolve()));
  });
}

/** Whether writing failed as nobody reads any more. */
export function isReaderGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EPIPE';
}
