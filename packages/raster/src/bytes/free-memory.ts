/** A smaller array may be part of a pool that others use, unless it has a buffer of its own. */
const leastFreed = 2 ** 16;

/**
 * Frees the buffer of an array that is no longer used. The garbage collector would free it later,
 * after some 60 MB of them have gathered.
 */
export function freeMemory({ buffer, byteLength }: ArrayBufferView): void {
  const isOwn = byteLength >= leastFreed || byteLength === buffer.byteLength;
  if (isOwn && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
