import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { variables } from '@cellshed/settings';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1';
import { PodMonitor, PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { parse } from 'yaml';
import { readerPython } from '../interop/readers.ts';
import { all, cases, minimal } from './chart-values.ts';
import { chart, helm, type KubernetesObject, memberOf, ofKind, render } from './helm.ts';

const root = join(import.meta.dirname, '../..');
interface Container {
  readonly name: string;
  readonly args: readonly string[];
  readonly image: string;
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly envFrom?: readonly unknown[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly readinessProbe: { readonly exec?: { readonly command: readonly string[] } };
}
interface Pod {
  readonly containers: readonly [Container];
  readonly volumes: readonly { readonly name: string; readonly emptyDir?: object }[];
  readonly terminationGracePeriodSeconds: number;
}

const podOf = (deployment: KubernetesObject) => memberOf<Pod>(deployment, 'template', 'spec');
const componentOf = ({ metadata }: KubernetesObject) => metadata.labels['app.kubernetes.io/component'];
const settingsOf = (pod: Pod) => new Map(pod.containers[0].env.map(({ name, value }) => [name, value]));

it.each(Object.entries(cases))('Helm and the schemas of Kubernetes find no fault (%s)', (name, values) => {
  expect(helm(['lint', chart, '--strict'], values)).toMatchObject({ code: 0 });
  const { text, objects } = render(values);
  const folder = mkdtempSync(join(tmpdir(), 'catchment-chart-'));
  const file = join(folder, 'objects.yaml');
  const ofOthers = /^(keda\.sh|monitoring\.coreos\.com)\//;
  const own = text
    .split(/^---$/m)
    .filter((one) => !ofOthers.test((parse(one) as KubernetesObject | null)?.apiVersion ?? ''));
  writeFileSync(file, own.join('---'));
  const said = execFileSync(readerPython(), ['-m', 'kubernetes_validate', '--strict', '-k', '1.37.0', file]).toString();
  expect(said.match(/^INFO/gm)).toHaveLength(own.filter((one) => parse(one) !== null).length);
  const models = { ScaledObject, PodMonitor, PrometheusRule };
  const others = objects.filter(({ apiVersion }) => ofOthers.test(apiVersion));
  expect(others.map(({ kind }) => kind).sort()).toEqual(name === 'all' ? Object.keys(models).sort() : []);
  for (const one of others) new models[one.kind as keyof typeof models](one as never).validate();
  rmSync(folder, { recursive: true });
});

it.each(Object.entries(cases))('pods have no rights, files or room that they do not need (%s)', (_name, values) => {
  const deployments = ofKind(render(values).objects, 'Deployment');
  expect(deployments.map(componentOf).sort()).toEqual(['count', 'gateway', 'worker']);
  for (const deployment of deployments) {
    const pod = podOf(deployment);
    expect(pod).toMatchObject({
      ...{ automountServiceAccountToken: false, enableServiceLinks: false },
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          resources: { limits: { cpu: expect.any(String), memory: expect.any(String) } },
          ...{ startupProbe: expect.anything(), livenessProbe: expect.anything(), readinessProbe: expect.anything() },
        },
      ],
    });
    const [container] = pod.containers;
    expect(container.volumeMounts.map(({ name }) => name)).toEqual(pod.volumes.map(({ name }) => name));
    const written = container.volumeMounts.filter(({ readOnly }) => !readOnly).map(({ name }) => name);
    expect(pod.volumes.filter(({ emptyDir }) => emptyDir).map(({ name }) => name)).toEqual(written);
    expect(pod).not.toHaveProperty('hostNetwork');
  }
});

it.each(Object.entries(cases))('what refers to pods, ports, objects and settings finds them (%s)', (_name, values) => {
  const { objects } = render(values);
  const deployments = ofKind(objects, 'Deployment');
  for (const one of deployments) {
    const labels = memberOf<Record<string, string>>(one, 'template', 'metadata', 'labels');
    expect(labels).toMatchObject(memberOf<object>(one, 'selector', 'matchLabels'));
  }
  const chosenBy = (labels: object) =>
    deployments.filter((one) => Object.entries(labels).every(([name, value]) => one.metadata.labels[name] === value));
  const [service] = ofKind(objects, 'Service') as [KubernetesObject];
  expect(chosenBy(memberOf<object>(service, 'selector')).map(componentOf)).toEqual(['gateway']);
  const budgets = ofKind(objects, 'PodDisruptionBudget');
  for (const one of budgets) {
    expect(chosenBy(memberOf<object>(one, 'selector', 'matchLabels')).map(componentOf)).toEqual([componentOf(one)]);
  }
  expect(budgets).toHaveLength(3);
  for (const one of ofKind(objects, 'Ingress')) {
    expect(JSON.stringify(one.spec)).toContain(`"service":{"name":"${service.metadata.name}","port":{"name":"http"}}`);
  }
  for (const deployment of deployments) {
    const component = componentOf(deployment);
    const [{ env, ports, args }] = podOf(deployment).containers;
    expect(env.map(({ name }) => name).filter((name) => !Object.hasOwn(variables, name))).toEqual([]);
    expect(new Set(env.map(({ name }) => name)).size).toBe(env.length);
    const port = settingsOf(podOf(deployment)).get(component === 'gateway' ? 'PORT' : 'METRICS_PORT');
    expect(ports).toEqual([{ name: component === 'gateway' ? 'http' : 'metrics', containerPort: Number(port) }]);
    const roles = { gateway: [], worker: ['--roles', 'start,finish,chore'], count: ['--roles', 'count'] }[
      component as 'count'
    ];
    expect(args).toEqual([component === 'gateway' ? 'gateway' : 'worker', ...roles]);
  }
});

it('settings come from values and secrets, each component has its own, and numbers are written out', () => {
  const [worker, count, gateway] = ofKind(render(all).objects, 'Deployment').map(podOf) as [Pod, Pod, Pod];
  const secrets = [{ secretRef: { name: 'catchment' } }];
  expect(worker.containers[0].envFrom).toEqual(secrets);
  expect(gateway.containers[0].envFrom).toEqual([...secrets, { secretRef: { name: 'gateway' } }]);
  expect(settingsOf(gateway)).toEqual(
    new Map([
      ...([
        ['CATCHMENT_CATALOG', '/catalog/catalog.yaml'],
        ['SHUTDOWN_GRACE_SECONDS', '120'],
        ['HOST', '0.0.0.0'],
      ] as const),
      ...([
        ['PORT', '8080'],
        ['API_KEYS', 'required'],
        ['LOG_LEVEL', 'warn'],
        ['TALLY_URL', 's3://results/tallies'],
      ] as const),
    ]),
  );
  expect(count.containers[0].env).toContainEqual({
    ...{ name: 'COUNT_THREADS', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1' } } },
  });
  expect(settingsOf(count).get('RASTER_CACHE_BYTES')).toBe('10737418240');
  expect(count.volumes).toContainEqual({ name: 'raster-cache', emptyDir: { sizeLimit: '11811160064' } });
  const least = ofKind(render(minimal).objects, 'Deployment').map(podOf)[0] as Pod;
  expect(settingsOf(least).get('SHELF_LIMIT_BYTES')).toBe('10737418240');
  expect(least.containers[0]).toMatchObject({ image: 'catchment:0.1.0' });
  expect(gateway.containers[0].image).toBe(`catchment:0.1.0@sha256:${'a'.repeat(64)}`);
  const [{ version }, { appVersion }] = [
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')),
    parse(readFileSync(join(chart, 'Chart.yaml'), 'utf8')),
  ];
  expect(appVersion).toBe(version);
});

it('pods get more time than processes take to stop, and one raster worker goes after another', () => {
  const { objects } = render(all);
  for (const one of ofKind(objects, 'Deployment')) {
    const waits = componentOf(one) === 'gateway' ? 5 : 0;
    expect(podOf(one).terminationGracePeriodSeconds).toBeGreaterThan(120 + 4 + waits);
    if (componentOf(one) === 'count') {
      const [scaled] = ofKind(objects, 'ScaledObject') as [KubernetesObject];
      expect(scaled.spec).toMatchObject({ scaleTargetRef: { kind: one.kind, name: one.metadata.name } });
      expect(one.spec).not.toHaveProperty('replicas');
      const down = memberOf<object>(scaled, 'advanced', 'horizontalPodAutoscalerConfig', 'behavior', 'scaleDown');
      const periodSeconds = podOf(one).terminationGracePeriodSeconds;
      expect(down).toMatchObject({ policies: [{ type: 'Pods', value: 1, periodSeconds }] });
    } else expect(one.spec).toMatchObject({ replicas: 2 });
  }
});

it('a worker is ready while it writes its file, and no longer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-health-'));
  const file = join(folder, 'health');
  const pod = podOf(ofKind(render(minimal).objects, 'Deployment')[0] as KubernetesObject);
  const [program = '', ...words] = pod.containers[0].readinessProbe.exec?.command ?? [];
  const health = settingsOf(pod).get('WORKER_HEALTH_FILE') as string;
  const isReady = () =>
    spawnSync(
      program,
      words.map((word) => word.replaceAll(health, file)),
    ).status === 0;
  expect(isReady()).toBe(false);
  writeFileSync(file, '');
  expect(isReady()).toBe(true);
  const past = Date.now() / 1000 - 60;
  utimesSync(file, past, past);
  expect(isReady()).toBe(false);
  rmSync(folder, { recursive: true });
});
