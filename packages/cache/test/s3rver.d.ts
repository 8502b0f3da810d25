declare module 's3rver' {
  /** What the tests use of it; it brings no types. */
  class S3rver {
    constructor(options: object);
    run(): Promise<unknown>;
    on(event: 'error', listener: (error: Error) => void): this;
  }
  export = S3rver;
}
