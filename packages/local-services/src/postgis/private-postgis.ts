/**
 * A server that belongs to this process: reachable from this machine only. It ends with this
 * process.
 */
export interface PrivatePostgis {
  /**
   * `postgresql://postgres:<password>@127.0.0.1:<port>/postgres`: a superuser, in a database that
   * has the extension PostGIS.
   */
  readonly url: string;
  readonly port: number;
  /** Ends the server at once, as a crash would; the data stay. */
  crash(): Promise<void>;
  /** Starts it again on its port, with its data; does nothing while it runs. */
  restart(): Promise<void>;
  /** Ends the server and removes its data. May be called twice. */
  stop(): Promise<void>;
}
