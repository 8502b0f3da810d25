import { fileURLToPath } from 'node:url';
import { fileBytes } from './file-bytes.ts';
import { httpBytes } from './http-bytes.ts';

/** Where the bytes of a file come from. Errors it throws are one sentence that names the location; those of a signal are its reason. */
export interface BytesSource {
  /** For messages: a path, or a URL without its query. */
  readonly location: string;
  /** Identifies the bytes that `read` yields. */
  readonly version: string;
  /** A buffer of its own with the bytes from `offset`: `length` of them, or fewer (also none) where the file ends before. */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** The version that lies at the location now. */
  currentVersion(signal?: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

/** Opens an absolute path, or a file:, http: or https: URL. */
export async function openBytes(url: string, signal?: AbortSignal): Promise<BytesSource> {
  if (url.startsWith('/') || /^[a-z]:[\\/]/i.test(url)) return fileBytes(url);
  if (/^file:/i.test(url)) return fileBytes(fileURLToPath(url));
  if (/^https?:/i.test(url)) return httpBytes(url, signal);
  throw new Error(
    `cannot open ${url}: expected an absolute path or a URL that begins with file://, http:// or https://`,
  );
}
