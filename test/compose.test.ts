import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { variables } from '@cellshed/settings';
import { parse } from 'yaml';

interface Service {
  readonly image?: string;
  readonly command: readonly string[];
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

const textOf = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
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
  expect(service.user).toBe(isRedis ? 'redis' : undefined);
  if (isRedis) expect(service.command).toContain('--maxmemory');
  else expect(service.mem_limit).toMatch(/^\$\{[A-Z]+_MEMORY:-\dg\}$/);
  for (const volume of service.volumes ?? []) expect(volume).toMatch(/:ro$|^(results:\/results|queue:\/data)$/);
});

it('only the gateway is published, on this machine alone unless that is said, and wants keys', () => {
  const published = Object.entries(services).filter(([, { ports }]) => ports !== undefined);
  expect(published.map(([name]) => name)).toEqual(['gateway']);
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
  for (const name of ['gateway', 'worker', 'count']) {
    expect(Number.parseInt(services[name]?.stop_grace_period ?? '0', 10)).toBeGreaterThan(mostSeconds);
  }
});

it('a worker is healthy while it writes its file, and no longer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-health-'));
  const file = join(folder, 'health');
  for (const name of ['worker', 'count']) {
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

it('the image runs as nobody special', () => {
  const users = textOf('Dockerfile').match(/^USER .*$/gm);
  expect(users).toEqual(['USER node']);
});
