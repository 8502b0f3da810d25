import type { Table, Value } from './findings.ts';

export const latencyMilliseconds = 30;

/** The places of the rasters in a comparison. */
export interface Places {
  readonly inputs: string;
  /** The URL of the server that has the same files. */
  readonly url: string;
  /** A folder to write in. */
  readonly scratch: string;
}

export interface Measured {
  readonly what: string;
  readonly milliseconds: number;
  /** The milliseconds that local files take for the same work. */
  readonly local: number;
}

/** A URL that S3 clients take for an object of the server's. */
export function s3Url(url: string, name: string): string {
  return `s3://bench/${name}.tif?endpoint=${encodeURIComponent(url)}&pathStyle=true`;
}

/** Times beside those that files take. */
export function comparison(title: string, measured: readonly Measured[]): Table {
  const rows = measured.map(({ what, milliseconds, local }): Value[] => {
    if (milliseconds === local) return [what, milliseconds, undefined, undefined];
    return [what, milliseconds, milliseconds / local, (milliseconds - local) / latencyMilliseconds];
  });
  return { title, columns: ['', 'ms', '× local', 'round trips more'], rows };
}
