/**
 * An open file or object, whose bytes are read by range. Its errors are one sentence that names the
 * location; an aborted read throws the reason of its signal.
 */
export interface BytesSource {
  /** The path, or the URL without its query, for messages. */
  readonly location: string;
  /** Identifies the bytes that `read` yields. */
  readonly version: string;
  /**
   * Whether the bytes come from a server. Such reads are slow, and always return bytes of the
   * version.
   */
  readonly isRemote: boolean;
  /**
   * Reads `length` bytes from `offset` into a buffer of their own; fewer, or none, if the file ends
   * before.
   */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** Looks up the version that is at the location now. */
  currentVersion(signal?: AbortSignal): Promise<string>;
  close(): Promise<void>;
}
