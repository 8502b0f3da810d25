declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  /** A decoder of one JPEG stream at a time; its memory is freed by `delete`. */
  interface JpegDecoder {
    /** Allocates a buffer for a stream of this many bytes. */
    getEncodedBuffer(bytes: number): Uint8Array;
    decode(): void;
    /** The samples, row by row, the samples of a cell side by side; valid until the next call. */
    getDecodedBuffer(): Uint8Array;
    delete(): void;
  }

  interface Codec {
    readonly JPEGDecoder: new () => JpegDecoder;
  }

  const openCodec: () => Promise<Codec>;
  export = openCodec;
}
