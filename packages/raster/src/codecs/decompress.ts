import { type Compressed, inflateTile } from './compressed.ts';
import { decodeLzw } from './lzw.ts';
import { decodePackBits } from './packbits.ts';

/**
 * Decompresses a tile into samples as bytes, row by row, the samples of a cell side by side. Rare
 * decoders are loaded with their first tile. Throws if the bytes cannot be decoded or are a tile of
 * another size. It allocates no more memory than a tile needs, whatever the bytes claim.
 */
export function decompress(tile: Compressed): Uint8Array | Promise<Uint8Array> {
  const { stored, mostBytes } = tile;
  switch (tile.compression) {
    case 'none':
      return stored;
    case 'deflate':
    case 'zstd':
      return inflateTile(tile.compression, stored, mostBytes);
    case 'lzw':
      return decodeLzw(stored, mostBytes);
    case 'packbits':
      return decodePackBits(stored, mostBytes);
    case 'lzma':
      return import('./lzma.ts').then(({ decodeLzma }) => decodeLzma(stored, mostBytes));
    case 'lerc':
    case 'lerc-deflate':
    case 'lerc-zstd':
      return import('./lerc.ts').then(({ decodeLerc }) => decodeLerc(tile));
    case 'jpeg':
    case 'jpeg-ycbcr':
      return import('./jpeg.ts').then(({ decodeJpeg }) => decodeJpeg(tile));
    case 'webp':
      return import('./webp.ts').then(({ decodeWebp }) => decodeWebp(tile));
  }
}
