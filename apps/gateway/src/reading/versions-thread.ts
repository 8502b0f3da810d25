import { workerData } from 'node:worker_threads';
import { type CurrentVersions, openCurrentVersions } from '@cellshed/operations';
import type { Asked, Looked, VersionSettings } from './source-versions.ts';

const { catalog, recheckMilliseconds }: VersionSettings = workerData[1] ?? workerData;
const versions: CurrentVersions = openCurrentVersions(catalog, { recheckMilliseconds });

/** Looks at sources of the catalog, all at once. */
export function look(asked: readonly Asked[]): Promise<Looked[]> {
  return Promise.all(asked.map(lookAt));
}

async function lookAt({ kind, name }: Asked): Promise<Looked> {
  try {
    return { version: await versions[kind](name) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
