/** What is smaller may be part of a pool that others use, unless it has a buffer of its own. */
const leastFreed = 2 ** 16;

/**
 * Frees the buffer of an array that nobody will look at again, at once: the collector would let
 * some 60 MB of them gather first.
 */
export function freeMemory({ buffer, byteLength }: ArrayBufferView): void {
  const isOwn = byteLength >= leastFreed || byteLength === buffer.byteLength;
  if (isOwn && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
