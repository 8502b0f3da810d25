import { type SpawnOptions, spawnSync } from 'node:child_process';

/** The way to start a program so that it does not run as root. */
export interface Unprivileged {
  /** The user whose files it must be, where that is not the one that this process runs as. */
  readonly uid: number | undefined;
  /** Words that go before the program's own. */
  readonly prefix: readonly string[];
  readonly options: Pick<SpawnOptions, 'uid' | 'gid'>;
}

/** "nobody", on every system that has one. */
const nobody = 65534;

/**
 * Keeps of root only the right to pass through folders that are closed to others, also where a
 * program asks before it opens.
 */
const setpriv = [
  ...['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--inh-caps=-all,+dac_override'],
  ...['--ambient-caps=-all,+dac_override', '--securebits=+no_setuid_fixup', '--'],
];

/**
 * PostgreSQL refuses to run as root. A checkout in a folder that only root may enter is out of
 * reach for anybody else: then util-linux's `setpriv` lets the program in. Throws a sentence where
 * it cannot.
 */
export function unprivileged(program: string, folder: string): Unprivileged {
  if (process.geteuid?.() !== 0) return { uid: undefined, prefix: [], options: {} };
  const plain: Unprivileged = { uid: nobody, prefix: [], options: { uid: nobody, gid: nobody } };
  const way = [plain, { uid: nobody, prefix: setpriv, options: {} }].find((way) => reaches(way, program, folder));
  if (way) return way;
  throw new Error(
    `PostgreSQL does not run as root, and no other user can reach ${folder}: put the checkout where others may read, or set POSTGIS_URL`,
  );
}

function reaches({ prefix, options }: Unprivileged, program: string, folder: string): boolean {
  const look = 'cd "$1" && exec "$2" --version';
  const [command = '', ...args] = [...prefix, '/bin/sh', '-c', look, 'sh', folder, program];
  return spawnSync(command, args, { ...options, cwd: '/' }).status === 0;
}
