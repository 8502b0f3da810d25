/**
 * A server that belongs to this process: reachable from this machine only. It ends with this
 * process.
 */
export interface PrivateRedis {
  /** `redis://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** The server's process; undefined where it runs in a container. */
  readonly pid: number | undefined;
  /**
   * Ends the server in good order (with `appendonly`, all data is on disk afterwards). May be
   * called twice.
   */
  stop(): Promise<void>;
  /** Ends it as a crash would (SIGKILL). What `appendonly` has written stays in `dataDir`. */
  kill(): Promise<void>;
}
