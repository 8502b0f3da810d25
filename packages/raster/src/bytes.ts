import { fileURLToPath } from 'node:url';
import { fileBytes, fileVersion, isFile } from './file-bytes.ts';
import { httpBytes, httpVersion } from './http-bytes.ts';
import { type Network, openNetwork } from './network.ts';
import { AbsentError } from './remote-object.ts';

/**
 * Where the bytes of a file come from. Errors it throws are one sentence that names the location;
 * those of a signal are its reason.
 */
export interface BytesSource {
  /** For messages: a path, or a URL without its query. */
  readonly location: string;
  /** Identifies the bytes that `read` yields. */
  readonly version: string;
  /** Whether the bytes come from a server: late, and surely those of the version. */
  readonly isRemote: boolean;
  /**
   * A buffer of its own with the bytes from `offset`: `length` of them, or fewer (also none) where
   * the file ends before.
   */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** The version that lies at the location now. */
  currentVersion(signal?: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

export interface BytesOptions {
  /** What remote files are read through; default: one for all that do not say. */
  readonly network?: Network | undefined;
  /**
   * The opener's own word for what the file holds; needed where a server sends nothing that tells a
   * replacement.
   */
  readonly version?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Opens an absolute path, or a file:, http:, https: or s3: URL. */
export async function openBytes(url: string, options: BytesOptions = {}): Promise<BytesSource> {
  const remote = { ...options, network: options.network ?? commonNetwork };
  switch (kindOf(url)) {
    case 'path':
      return fileBytes(url);
    case 'file':
      return fileBytes(fileURLToPath(url));
    case 'http':
      return httpBytes(url, remote);
    case 's3': {
      const { s3Bytes } = await importS3();
      return s3Bytes(url, remote);
    }
  }
}

/** The version that `openBytes` would find, without opening anything. */
export async function versionAt(url: string, options: BytesOptions = {}): Promise<string> {
  const remote = { ...options, network: options.network ?? commonNetwork };
  switch (kindOf(url)) {
    case 'path':
      return fileVersion(url);
    case 'file':
      return fileVersion(fileURLToPath(url));
    case 'http':
      return httpVersion(url, remote);
    case 's3': {
      const { s3Version } = await importS3();
      return s3Version(url, remote);
    }
  }
}

/** As `openBytes`; undefined where there is no such file, or a server says so. */
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

/** Its client takes longer to load than all else together. */
function importS3() {
  return import('./s3-bytes.ts');
}

const commonNetwork = openNetwork();
