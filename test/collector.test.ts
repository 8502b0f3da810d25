import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startRedis } from '@cellshed/local-services';
import { gatewayReady, type Running, startCatchment, workerReady } from './processes.ts';

const sample = join(import.meta.dirname, '../.catchment/sample/catalog.yaml');
const preload = `--import ${join(import.meta.dirname, 'tell-modules.mjs')}`;
const area = 'huc12/990101010101';

/** The packages that processes load for traces alone. */
const ofTraces = /^(bullmq-otel|@opentelemetry\/(sdk-trace|context-async-hooks|exporter-trace.*|otlp.*))$/;

/** Starts a gateway and a worker, asks once, stops them, and returns what they were and said. */
async function serveOnce(more: NodeJS.ProcessEnv, headers: Record<string, string> = {}) {
  const redis = await startRedis();
  const env = {
    ...{ QUEUE_REDIS_URL: redis.url, CACHE_URL: redis.url, CATCHMENT_CATALOG: sample, NODE_OPTIONS: preload },
    ...{ PORT: '0', COUNT_THREADS: '1', LOG_LEVEL: 'debug', ...more },
  };
  const gateway = await startCatchment(['gateway'], env, gatewayReady);
  const worker = await startCatchment(['worker'], env, workerReady);
  const response = await fetch(`${gateway.said}/api/processes/landcover/execution`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=3600', ...headers },
    body: JSON.stringify({ inputs: { area } }),
  });
  expect(response.status).toBe(200);
  await Promise.all([gateway.stop(), worker.stop()]);
  await redis.stop();
  return { port: new URL(redis.url).port, both: [gateway, worker] };
}

function loadedBy({ errors }: Running): string[] {
  return JSON.parse(errors().trim().split('\n').at(-1) as string).filter((name: string) => ofTraces.test(name));
}

it('with a collector gateway and worker send it the trace of a request, and their lines have its id', async () => {
  const bodies: Buffer[] = [];
  const types = new Set<string>();
  const server = createServer(async (request, response) => {
    types.add(`${request.method} ${request.url} ${request.headers['content-type']} ${request.headers['x-key']}`);
    bodies.push(Buffer.concat(await request.toArray()));
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const { port: redisPort, both } = await serveOnce(
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a-secret-of-the-collector',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=made-up',
    },
    { traceparent: `00-${traceId}-b7ad6b7169203331-01`, tracestate: 'vendor=of-the-client', baggage: 'user=somebody' },
  );
  server.close();
  expect([...types]).toEqual(['POST /v1/traces application/x-protobuf a-secret-of-the-collector']);
  for (const service of ['catchment-gateway', 'catchment-worker']) {
    const sent = bodies.filter((body) => body.includes(service));
    expect(sent.some((body) => body.includes(Buffer.from(traceId, 'hex')))).toBe(true);
    expect(sent.some((body) => body.includes('made-up'))).toBe(true);
  }
  const all = Buffer.concat(bodies).toString('latin1');
  for (const name of ['POST /api/processes/:operation/execution', 'addFlow finish', 'process compute', 'set redis'])
    expect(all).toContain(name);
  const hidden = [area, sample, redisPort, 'of-the-client', 'somebody', 'a-secret'];
  expect(hidden.filter((text) => all.includes(text))).toEqual([]);
  for (const { output } of both) {
    const lines = output().split('\n');
    expect(lines.filter((line) => line.includes(`"traceId":"${traceId}"`)).length).toBeGreaterThan(0);
    expect(output()).not.toContain('traces:');
  }
  expect(both.map((one) => loadedBy(one).length > 3)).toEqual([true, true]);
});

it('a collector that is away is told of once, and holds nothing up', async () => {
  const { both } = await serveOnce({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_TRACES_SAMPLER_ARG: '1' });
  for (const { output } of both) expect(output().match(/"msg":"traces: /g)).toHaveLength(1);
});

it('without a collector nothing of it is loaded', async () => {
  const { both } = await serveOnce({ OTEL_SERVICE_NAME: 'unused' });
  expect(both.map(loadedBy)).toEqual([[], []]);
  for (const { output } of both) expect(output()).not.toContain('traceId');
});
