import { type PostgisOptions, startPostgis } from './local-postgis.ts';

/** A server that tests may use, theirs or not. */
export interface PostgisForTests {
  /** Of a database that has the extension PostGIS and that the user may create schemas in. */
  readonly url: string;
  /** Ends the server if it was started for the tests. */
  stop(): Promise<void>;
}

/**
 * The server that `POSTGIS_URL` names, else a private one. It looks at the environment by itself,
 * as tests have no `main` to do it for them. A server of `POSTGIS_URL` may hold other data: tests
 * must use a schema of their own.
 */
export async function postgisForTests(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  options: PostgisOptions = {},
): Promise<PostgisForTests> {
  const url = environment['POSTGIS_URL'];
  return url ? { url, stop: async () => undefined } : startPostgis(options);
}
