/** Geometries that were drawn, as JSON, by their fingerprints. */
export interface Drawn {
  readonly areas: Readonly<Record<string, Uint8Array>>;
  readonly lines: Readonly<Record<string, Uint8Array>>;
}

export const nothingDrawn: Drawn = { areas: {}, lines: {} };
