import { existsSync } from 'node:fs';
import type { BytesSource } from '../bytes/bytes.ts';
import { fileVersion } from '../bytes/file-bytes.ts';
import { noValidator, unversioned } from '../bytes/one-version.ts';
import { type BytesOptions, openBytes, openIfThere, versionAt } from '../bytes/open-bytes.ts';
import { headBytes } from '../bytes/remote-bytes.ts';
import { isSidecar } from './sidecars.ts';

/** A file, and others beside it that may exist or not: they share a version. */
export interface FileGroup {
  readonly main: BytesSource;
  /** Opens the files that exist. All of them, existing or not, belong to the group from now on. */
  lookFor(urls: readonly string[]): Promise<(BytesSource | undefined)[]>;
  version(): string;
  /** The URL of the main file, and those of all files that were looked for. */
  urls(): string[];
  /** The version of the files as they are now. */
  currentVersion(signal?: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

/**
 * Opens a file and, at the same time, the existing ones of `besides`, which are the first of the
 * group.
 */
export async function openFileGroup(
  url: string,
  besides: readonly string[],
  options: BytesOptions,
): Promise<FileGroup & { readonly first: readonly (BytesSource | undefined)[] }> {
  const opened: BytesSource[] = [];
  const beside: { readonly url: string; readonly version: string | undefined }[] = [];
  const close = async () => {
    await Promise.all(opened.map((source) => source.close()));
  };
  /** If one fails, all others are closed. */
  const openAll = async <T extends BytesSource | undefined>(opening: readonly Promise<T>[]): Promise<T[]> => {
    const outcomes = await Promise.allSettled(opening);
    const sources = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    for (const source of sources) if (source) opened.push(source);
    const failed = outcomes.find((one) => one.status === 'rejected');
    if (failed) {
      await close();
      throw failed.reason;
    }
    return sources;
  };
  const remember = (urls: readonly string[], sources: readonly (BytesSource | undefined)[]) => {
    for (const [i, one] of urls.entries()) beside.push({ url: one, version: sources[i]?.version });
    return [...sources];
  };
  const [main, ...sources] = await openAll<BytesSource | undefined>([
    openBytes(url, options),
    ...besides.map((one) => openBeside(one, options)),
  ]);
  return {
    main: main as BytesSource,
    first: remember(besides, sources),
    lookFor: async (urls) => remember(urls, await openAll(urls.map((one) => openBeside(one, options)))),
    version: () => joined((main as BytesSource).version, beside),
    urls: () => [url, ...beside.map((one) => one.url)],
    currentVersion: async (signal) => {
      const besides = beside.map((one) => one.url);
      const alone = versionIfAlone([url, ...besides]);
      return alone ?? versionWith((main as BytesSource).currentVersion(signal), besides, { ...options, signal });
    },
    close,
  };
}

/** The version that a group of files has now; the first is the main one. */
export async function groupVersion([url = '', ...besides]: readonly string[], options: BytesOptions): Promise<string> {
  return versionWith(versionAt(url, options), besides, options);
}

async function versionWith(main: Promise<string>, besides: readonly string[], options: BytesOptions): Promise<string> {
  const [version, ...versions] = await Promise.all([main, ...besides.map((one) => versionBeside(one, options))]);
  return joined(
    version as string,
    besides.map((one, i) => ({ url: one, version: versions[i] })),
  );
}

/**
 * The version that a group of local files has now, if the main one is alone. It needs no turn of
 * the event loop, for callers that look at many groups. Undefined: the files are not local or
 * missing, or a file beside the main one must be looked into.
 */
export function versionIfAlone([url = '', ...besides]: readonly string[]): string | undefined {
  if (!url.startsWith('/') || besides.some((one) => existsSync(one)) || !existsSync(url)) return undefined;
  return fileVersion(url);
}

/**
 * Opens a file beside another; undefined if it is missing or something else, such as the error page
 * of a server.
 */
async function openBeside(url: string, options: BytesOptions): Promise<BytesSource | undefined> {
  const found = await openWithHead(url, options).catch((cause: unknown) => {
    options.signal?.throwIfAborted();
    throw new Error(`${(cause as Error).message}; sidecars: none in the catalog leaves out what lies beside a raster`, {
      cause,
    });
  });
  if (found === undefined) return undefined;
  const { source, head } = found;
  const isMeant = isSidecar(url, head);
  if (isMeant && source.version !== undated) return source;
  await source.close();
  if (isMeant) throw unversioned(source, noValidator, 'the raster');
  return undefined;
}

async function openWithHead(url: string, options: BytesOptions) {
  const source = await openIfThere(url, { ...options, version: options.version ?? undated });
  if (source === undefined) return undefined;
  try {
    return { source, head: await source.read(0, headBytes, options.signal) };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function versionBeside(url: string, options: BytesOptions): Promise<string | undefined> {
  const source = await openBeside(url, options);
  await source?.close();
  return source?.version;
}

/** The version of a file beside another if its server sends nothing that reveals a replacement. */
const undated = 'undated';

/** A file that is alone has its own version. */
function joined(
  main: string,
  beside: readonly { readonly url: string; readonly version: string | undefined }[],
): string {
  const there = beside.filter(({ version }) => version !== undefined);
  return [main, ...there.map(({ url, version }) => `${extensionOf(url)} ${version}`)].join(' ');
}

function extensionOf(url: string): string {
  return /[.](?:aux[.])?[^./\\?]*(?=$|[?])/i.exec(url)?.[0] ?? '';
}
