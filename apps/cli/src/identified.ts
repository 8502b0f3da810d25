import { type Identity, isRefusal, type OperationRequest, type Operations } from '@catchment/operations';

/** What a request on an area that is in the table asks for now. */
export async function identified(identify: Operations['identify'], request: OperationRequest): Promise<Identity> {
  const identity = await identify(request);
  if (isRefusal(identity)) throw new Error(`${identity.problem}: the table was replaced while it was computed`);
  return identity;
}

/** Why what was computed is not what was asked for. */
export function replaced(operation: string): string {
  return `a raster, the lines or the area table of operation ${operation} was replaced while it was computed`;
}
