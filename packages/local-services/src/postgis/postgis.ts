import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startInContainer } from './container.ts';
import { findPostgis, type PostgisPrograms } from './find.ts';
import type { PrivatePostgis } from './private-postgis.ts';
import { startProcess } from './process.ts';

export interface PostgisOptions {
  /** Default: see `findPostgis`; where there is none, a container (Docker). */
  readonly programs?: PostgisPrograms;
  /** The folder for the project's own data. Default: `.catchment` in the repository. */
  readonly projectFolder?: string;
}

/**
 * Starts a PostgreSQL with PostGIS that listens on the loopback address only, and waits until it
 * answers. It keeps nothing of what it was given, and is fit for tests only: it does not wait for
 * the disk. It ends with this process, however that ends, and does not keep this process alive.
 * PostgreSQL refuses to run as root: there it runs as "nobody". Throws a sentence when none can be
 * had or it does not start.
 */
export async function startPostgis(options: PostgisOptions = {}): Promise<PrivatePostgis> {
  const projectFolder = options.projectFolder ?? join(import.meta.dirname, '../../../../.catchment');
  const programs = options.programs ?? findPostgis({ path: process.env['PATH'], projectFolder });
  const password = randomBytes(12).toString('hex');
  if (!programs) return startInContainer(password);
  mkdirSync(projectFolder, { recursive: true });
  return startProcess({ programs, projectFolder, password });
}
