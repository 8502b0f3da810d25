import { instruments, openMetrics } from '../src/index.ts';

const linesOf = (text: string, name: string) => text.split('\n').filter((line) => line.startsWith(`${name}{`));

it('writes what was added, recorded and observed, with the help of each metric', async () => {
  const metrics = openMetrics();
  metrics.add('catchment_requests_total', { operation: 'cover', outcome: 'hit' });
  metrics.add('catchment_requests_total', { operation: 'cover', outcome: 'hit' }, 2);
  metrics.record('catchment_http_request_seconds', { method: 'GET', route: '/api', status: '200' }, 0.3);
  let busy = 2;
  const end = metrics.observe('catchment_threads', async () => [[{ state: 'busy' }, busy]]);
  const text = await metrics.text();
  expect(text).toContain(`# HELP catchment_requests_total ${instruments.catchment_requests_total.help}`);
  expect(linesOf(text, 'catchment_requests_total')).toEqual([
    'catchment_requests_total{operation="cover",outcome="hit"} 3',
  ]);
  const buckets = linesOf(text, 'catchment_http_request_seconds_bucket');
  const upTo = (bound: string) =>
    buckets
      .find((line) => line.includes(`le="${bound}"`))
      ?.split(' ')
      .at(-1);
  expect([upTo('0.25'), upTo('0.5'), upTo('+Inf')]).toEqual(['0', '1', '1']);
  expect(linesOf(text, 'catchment_threads')).toEqual(['catchment_threads{state="busy"} 2']);
  end();
  busy = 3;
  expect(linesOf(await metrics.text(), 'catchment_threads')).toEqual(['catchment_threads{state="busy"} 2']);
  await metrics.close();
});

it('leaves out a reading that fails, and keeps all others', async () => {
  const metrics = openMetrics();
  metrics.observe('catchment_http_connections', async () => Promise.reject(new Error('away')));
  const text = await metrics.text();
  expect(text).not.toMatch(/^catchment_http_connections/m);
  expect(Number(/^process_resident_memory_bytes (\d+)/m.exec(text)?.[1])).toBeGreaterThan(10e6);
  expect(Number(/^process_cpu_seconds_total ([\d.]+)/m.exec(text)?.[1])).toBeGreaterThan(0);
  await metrics.close();
});

it('bounds the combinations of labels, and counts what comes later all the same', async () => {
  const metrics = openMetrics();
  const all = 5000;
  for (let i = 0; i < all; i++) metrics.add('catchment_requests_total', { operation: `made-up-${i}`, outcome: 'hit' });
  const lines = linesOf(await metrics.text(), 'catchment_requests_total');
  expect(lines.length).toBeLessThanOrEqual(1000);
  expect(lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)).toBe(all);
  await metrics.close();
});
