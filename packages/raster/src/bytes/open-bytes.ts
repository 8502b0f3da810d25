import { fileURLToPath } from 'node:url';
import type { BytesSource } from './bytes.ts';
import { fileBytes, fileVersion, isFile } from './file-bytes.ts';
import { httpObject } from './http-bytes.ts';
import { type Network, openNetwork } from './network.ts';
import { remoteBytes, remoteVersion } from './remote-bytes.ts';
import { AbsentError, type RemoteObject } from './remote-object.ts';

export interface BytesOptions {
  /** The network for remote files; default: one that all callers without a network share. */
  readonly network?: Network | undefined;
  /**
   * The caller's own version of the content. It is needed if a server sends nothing that reveals a
   * replacement.
   */
  readonly version?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Opens an absolute path, or a file:, http:, https: or s3: URL. */
export async function openBytes(url: string, options: BytesOptions = {}): Promise<BytesSource> {
  const path = pathOf(url);
  if (path !== undefined) return fileBytes(path);
  const { network = commonNetwork } = options;
  return remoteBytes(await objectAt(url, network), { ...options, network });
}

/** Reads the version that `openBytes` would find, without opening anything. */
export async function versionAt(url: string, options: BytesOptions = {}): Promise<string> {
  const path = pathOf(url);
  if (path !== undefined) return fileVersion(path);
  const { network = commonNetwork } = options;
  return remoteVersion(await objectAt(url, network), { ...options, network });
}

/** Opens a file as `openBytes` does; undefined if there is no such file, or a server says so. */
export async function openIfThere(url: string, options: BytesOptions = {}): Promise<BytesSource | undefined> {
  const path = pathOf(url);
  if (path !== undefined && !isFile(path)) return undefined;
  try {
    return await openBytes(url, options);
  } catch (error) {
    if (error instanceof AbsentError) return undefined;
    throw error;
  }
}

function pathOf(url: string): string | undefined {
  const kind = kindOf(url);
  if (kind === 'path') return url;
  return kind === 'file' ? fileURLToPath(url) : undefined;
}

function kindOf(url: string): 'path' | 'file' | 'http' | 's3' {
  if (url.startsWith('/') || /^[a-z]:[\\/]/i.test(url)) return 'path';
  if (/^file:/i.test(url)) return 'file';
  if (/^https?:/i.test(url)) return 'http';
  if (/^s3:/i.test(url)) return 's3';
  throw new Error(
    `cannot open ${url}: expected an absolute path or a URL that begins with file://, http://, https:// or s3://`,
  );
}

/** The object at an http:, https: or s3: URL. */
async function objectAt(url: string, network: Network): Promise<RemoteObject> {
  if (kindOf(url) === 'http') return httpObject(url, network);
  // The client of S3 takes longer to load than all the rest together.
  const { s3Object } = await import('./s3-bytes.ts');
  return s3Object(url);
}

const commonNetwork = openNetwork();
