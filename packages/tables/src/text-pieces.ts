/** Joins texts into pieces that are worth sending, of 64 KiB or the last text more. */
export interface TextPieces {
  /** Adds a text; the piece that is complete with it, if one is. */
  add(text: string): Uint8Array | undefined;
  /** The texts that no piece has yet. */
  rest(): Uint8Array;
}

const enough = 64 * 1024;

export function textPieces(): TextPieces {
  let joined = '';
  const rest = () => {
    const piece = Buffer.from(joined);
    joined = '';
    return piece;
  };
  return {
    add(text) {
      joined += text;
      return joined.length < enough ? undefined : rest();
    },
    rest,
  };
}
