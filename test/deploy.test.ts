import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { variables } from '@cellshed/settings';
import { parse } from 'yaml';

const textOf = (path: string) => readFileSync(join(import.meta.dirname, '../deploy', path), 'utf8');
const units = ['catchment-gateway.service', 'catchment-worker@.service'];

/** Settings that are secrets, and those that the chart decides. */
const secrets = ['ADMIN_PASSWORD', 'VIEWER_PASSWORD', 'ADMIN_TOKEN', 'METRICS_TOKEN'];
const decided = [
  ...['CATCHMENT_CATALOG', 'SHUTDOWN_GRACE_SECONDS', 'HOST', 'PORT', 'METRICS_HOST', 'METRICS_PORT'],
  ...['WORKER_HEALTH_FILE', 'COUNT_THREADS', 'RASTER_CACHE_DIR', 'RASTER_CACHE_BYTES'],
];

it('values of the chart may have every setting but secrets and what the chart decides', () => {
  const schema = JSON.parse(textOf('helm/catchment/values.schema.json'));
  const known = Object.keys(variables).filter((name) => ![...secrets, ...decided].includes(name));
  expect(schema.$defs.settings.propertyNames.enum).toEqual(known.sort());
});

it.each(units)('%s has no rights that it does not need, and time to stop', (unit) => {
  const members = new Map(
    Array.from(textOf(`systemd/${unit}`).matchAll(/^(\w+)=(.*)$/gm), ([, name = '', value = '']) => [name, value]),
  );
  expect(Object.fromEntries(members)).toMatchObject({
    ...{ User: 'catchment', ProtectSystem: 'strict', ProtectHome: 'yes', PrivateTmp: 'yes', PrivateDevices: 'yes' },
    ...{ NoNewPrivileges: 'yes', CapabilityBoundingSet: '', AmbientCapabilities: '', RestrictNamespaces: 'yes' },
  });
  const mostSeconds = (variables.SHUTDOWN_GRACE_SECONDS.default as number) + 4;
  expect(Number(members.get('TimeoutStopSec'))).toBeGreaterThan(mostSeconds);
});

it.each([
  ['queues', 'queue-redis'],
  ['cache', 'cache-redis'],
])('the Redis of the %s is set as that of Compose', (name, service) => {
  const { services } = parse(readFileSync(join(import.meta.dirname, '../docker-compose.yml'), 'utf8')) as Compose;
  const [, ...words] = services[service]?.command ?? [];
  const wanted = words
    .join(' ')
    .split('--')
    .flatMap((option) => (option === '' ? [] : [option.trim().replace(/\$\{\w+:-(\w+)\}/, '$1')]));
  const lines = textOf(`systemd/redis-${name}.conf`).split('\n');
  expect(lines).toEqual(expect.arrayContaining(wanted.map((option) => (option === 'save' ? 'save ""' : option))));
});

interface Compose {
  readonly services: Readonly<Record<string, { readonly command?: readonly string[] }>>;
}
