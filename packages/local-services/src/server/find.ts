import { accessSync, constants, statSync } from 'node:fs';
import { delimiter } from 'node:path';

/** The places where a server is looked for, in this order. */
export interface ServerSearch {
  /** Folders in the form of the environment's PATH. */
  readonly path: string | undefined;
  /** The project's own folder, in which set-up may have unpacked a server (`<name>/bin/`). */
  readonly projectFolder: string;
}

export function foldersOf(path = ''): string[] {
  return path.split(delimiter).filter(Boolean);
}

/** Whether a file may be executed. It is not run. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
