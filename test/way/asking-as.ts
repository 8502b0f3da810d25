import { type Area, rectangle } from './areas.ts';
import type { Operation } from './asking.ts';
import type { Stage } from './stage.ts';

/** The answer to a request that a client has sent. */
export interface Answered {
  readonly status: number;
  /** The job, if the request was taken. */
  readonly id: string;
  readonly detail: string | undefined;
  readonly retryAfter: string | null;
}

export interface Sending {
  /** The address of the client: the gateways believe what is told of it. */
  readonly client: string;
  readonly gateway?: number;
}

/** Asks in the name of a client, and waits for nothing. The stage needs TRUST_PROXY: 'loopback'. */
export function askAs(stage: Stage, sending: Sending, operation: Operation, area: Area): Promise<Answered> {
  return send(stage, sending, {
    path: `/api/processes/${operation}/execution`,
    body: { inputs: { area: area.name ?? area.geometry } },
  });
}

/** Calls `/run`, which waits for its result. */
export function runAs(stage: Stage, sending: Sending): Promise<Answered> {
  const polygon = [JSON.stringify(rectangle(50, 50).geometry)];
  const input = { operationType: 'RasterGroupedCount', rasters: ['local'], zoom: 0, polygon, polygonCRS: 'LatLng' };
  return send(stage, sending, { path: '/run', body: { input: { ...input, rasterCRS: 'ConusAlbers' } } });
}

async function send(
  { gateways }: Stage,
  { client, gateway = 0 }: Sending,
  { path, body }: { readonly path: string; readonly body: unknown },
): Promise<Answered> {
  const response = await fetch(`${gateways[gateway]?.said}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': client },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const read = text.startsWith('{') ? (JSON.parse(text) as { readonly jobID?: string; readonly detail?: string }) : {};
  return {
    status: response.status,
    id: read.jobID ?? '',
    detail: read.detail ?? text,
    retryAfter: response.headers.get('retry-after'),
  };
}
