import type { GenericContainer, StartedTestContainer } from 'testcontainers';

export interface ContainerToStart {
  readonly describe: (testcontainers: typeof import('testcontainers')) => GenericContainer | Promise<GenericContainer>;
  /** The sentence for machines that can run none. */
  readonly advice: string;
}

/**
 * Starts a server in a container, for machines that have Docker and no such server. Docker's reaper
 * ends it when this process ends.
 */
export async function startContainer({ describe, advice }: ContainerToStart): Promise<StartedTestContainer> {
  try {
    return await (await describe(await import('testcontainers'))).start();
  } catch (cause) {
    throw new Error(advice, { cause });
  }
}

/** Stops a container; a second call waits for the first. */
export function stopping(container: StartedTestContainer): (timeout: number) => Promise<void> {
  let stopped: Promise<unknown> | undefined;
  return async (timeout) => {
    stopped ??= container.stop({ timeout });
    await stopped;
  };
}
