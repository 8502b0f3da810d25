import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const above = fileURLToPath(new URL('../../../../', import.meta.url));

/**
 * The clone of the repository that this command is a part of; undefined: it was installed from its
 * package.
 */
export const clone = existsSync(join(above, 'setup/run.mjs')) ? above : undefined;

/** The folder of the clone, else the one that the command is run in. */
export const ownFolder = clone ?? process.cwd();

/** The folder in which commands keep what is not to be named. */
export const projectFolder = join(ownFolder, '.catchment');
