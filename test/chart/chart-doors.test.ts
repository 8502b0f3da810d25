import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { all, cases, minimal, peer } from './chart-values.ts';
import { chart, helm, type KubernetesObject, memberOf, ofKind, render } from './helm.ts';

const root = join(import.meta.dirname, '../..');
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const policyOf = (values: object, name: string) =>
  ofKind(render(values).objects, 'NetworkPolicy').find(({ metadata }) => metadata.name === `cat-catchment-${name}`);
const refusal = (...args: readonly string[]) => {
  const { code, err } = helm(['template', 'cat', chart, ...args], minimal);
  expect(code).toBe(1);
  return err;
};

/** Settings that are secrets, and those that the chart decides. */
const secrets = ['ADMIN_PASSWORD', 'VIEWER_PASSWORD', 'ADMIN_TOKEN', 'METRICS_TOKEN'];
const decided = [
  ...['CATCHMENT_CATALOG', 'SHUTDOWN_GRACE_SECONDS', 'HOST', 'PORT', 'METRICS_HOST', 'METRICS_PORT'],
  ...['WORKER_HEALTH_FILE', 'COUNT_THREADS', 'RASTER_CACHE_DIR', 'RASTER_CACHE_BYTES'],
];

it('values refuse secrets, settings that the chart decides, and what is none', () => {
  expect(refusal('--set', 'gateway.replica=3')).toContain("additional properties 'replica' not allowed");
  for (const name of ['LOGLEVEL', ...secrets, ...decided]) {
    expect(refusal('--set-string', `worker.settings.${name}=3`)).toContain(`invalid propertyName '${name}'`);
  }
  expect(refusal('--set', 'count.resources.limits.memory=null')).toContain('/count/resources/limits');
  expect(refusal('--set', 'count.autoscaling.enabled=true')).toContain('count.autoscaling.prometheus: the URL');
  expect(refusal('--set', 'catalog.existingConfigMap=')).toContain('catalog: name its content');
  expect(refusal('--set', 'monitoring.podMonitor.enabled=true')).toContain('existingSecret: the secret that has');
});

it('no secret is in values or objects', () => {
  for (const url of ['redis://:word@redis:6379', 'redis://a:6379\\,redis://me:word@b:6379', 's3://b?secretKey=word']) {
    expect(refusal('--set', `settings.CACHE_URL=${url}`)).toContain('/settings/CACHE_URL');
  }
  for (const values of Object.values(cases)) {
    const { text, objects } = render(values);
    expect(ofKind(objects, 'Secret')).toEqual([]);
    expect(text).not.toMatch(/:\/\/[^/@\s]*:[^/@\s]*@/);
    for (const name of secrets) expect(text).not.toMatch(new RegExp(`name: ${name}\n`));
  }
});

it('gateways are asked by clients and Prometheus, workers by Prometheus alone', () => {
  const monitoring = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } };
  const ingressOf = (values: object, name: string) =>
    memberOf<object[]>(policyOf(values, name) as KubernetesObject, 'ingress');
  const http = [{ port: 'http', protocol: 'TCP' }];
  expect(ingressOf(all, 'gateway')).toEqual([{ ports: http, from: [peer, monitoring] }]);
  expect(ingressOf(minimal, 'gateway')).toEqual([{ ports: http }]);
  const metrics = [{ port: 'metrics', protocol: 'TCP' }];
  expect(ingressOf(minimal, 'workers')).toEqual([{ ports: metrics, from: [monitoring] }]);
  expect(ingressOf({ ...minimal, networkPolicy: { prometheus: [] } }, 'workers')).toEqual([]);
  const chosen = memberOf<object>(policyOf(all, 'workers') as KubernetesObject, 'podSelector');
  expect(chosen).toMatchObject({ matchExpressions: [{ operator: 'In', values: ['worker', 'count'] }] });
});

it('pods reach names, Redis servers and rasters, and what values name, but not what tells roles of a node', () => {
  const out = memberOf<{ ports: { port: number }[]; to?: object[] }[]>(
    policyOf(all, 'out') as KubernetesObject,
    'egress',
  );
  expect(out.map(({ ports }) => ports.map(({ port }) => port))).toEqual([[53, 53], [6379], [443], [5432]]);
  expect(out[2]?.to).toEqual([{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } }]);
  expect(out[0]?.to).toHaveLength(1);
});

it('alert rules and dashboard are those of Prometheus and Grafana, and the PodMonitor names their job', () => {
  const { objects } = render(all);
  const [rules] = ofKind(objects, 'PrometheusRule') as [KubernetesObject];
  expect(rules.spec).toEqual(parse(textOf('deploy/prometheus/alerts.yaml')));
  const dashboard = ofKind(objects, 'ConfigMap').find(({ metadata }) => metadata.labels['grafana_dashboard']);
  expect(dashboard).toMatchObject({ data: { 'catchment.json': textOf('deploy/grafana/catchment.json') } });
  const [monitor] = ofKind(objects, 'PodMonitor') as [KubernetesObject];
  const relabelings = [{ action: 'replace', targetLabel: 'job', replacement: 'catchment' }];
  const authorization = { credentials: { name: 'catchment', key: 'METRICS_TOKEN' } };
  const asked = { path: '/metrics', interval: '15s', authorization, relabelings };
  const podMetricsEndpoints = ['http', 'metrics'].map((port) => ({ port, ...asked }));
  expect(monitor.spec).toMatchObject({ podMetricsEndpoints, podTargetLabels: ['app.kubernetes.io/instance'] });
});
