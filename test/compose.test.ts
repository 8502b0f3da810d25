import { readFileSync } from 'node:fs';
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
  // That of the apps is the image's.
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

it('the image runs as nobody special', () => {
  const users = textOf('Dockerfile').match(/^USER .*$/gm);
  expect(users).toEqual(['USER node']);
});
