import { isRefusal, type Request, refusalText } from '@cellshed/contracts';
import type { Identity, Operations } from '@cellshed/operations';

/** Identifies a request on an area that is in the table. */
export async function identified(identify: Operations['identify'], request: Request): Promise<Identity> {
  const identity = await identify(request);
  if (isRefusal(identity)) throw new Error(`${refusalText(identity)}: the table was replaced while it was computed`);
  return identity;
}

/** Why what was computed is not what was asked for. */
export function replaced(operation: string): string {
  return `a raster, the lines or the area table of operation ${operation} was replaced while it was computed`;
}
