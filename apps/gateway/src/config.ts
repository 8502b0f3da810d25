import { readSettings, type Settings } from '@catchment/settings';

const names = [
  'HOST',
  'PORT',
  'QUEUE_REDIS_URL',
  'QUEUE_PREFIX',
  'JOB_CACHE_URL',
  'CATCHMENT_CATALOG',
  'JOB_RETENTION_SECONDS',
  'ADMIN_USER',
  'ADMIN_PASSWORD',
  'BODY_LIMIT_BYTES',
  'AREA_VERTEX_LIMIT',
  'WAIT_LIMIT_SECONDS',
  'LOG_LEVEL',
] as const;

export type GatewayConfig = Settings<(typeof names)[number]>;

/** What the gateway takes from an environment. Throws SettingsError with every problem at once. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): GatewayConfig {
  return readSettings(env, names);
}
