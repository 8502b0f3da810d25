declare module 's3rver' {
  /** The types that the tests use of s3rver, which brings none. */
  class S3rver {
    constructor(options: object);
    run(): Promise<unknown>;
    on(event: 'error', listener: (error: Error) => void): this;
  }
  export = S3rver;
}
