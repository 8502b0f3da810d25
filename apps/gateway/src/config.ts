import { readSettings, type Settings } from '@cellshed/settings';

const names = [
  'HOST',
  'PORT',
  'QUEUE_REDIS_URL',
  'QUEUE_PREFIX',
  'JOB_CACHE_URL',
  'CACHE_TIMEOUT_SECONDS',
  'CATCHMENT_CATALOG',
  'JOB_RETENTION_SECONDS',
  'SHELF_LIMIT_BYTES',
  'ADMIN_USER',
  'ADMIN_PASSWORD',
  'VIEWER_PASSWORD',
  'ADMIN_TOKEN',
  'ARCHIVE_DIR',
  'ARCHIVE_LIMIT_BYTES',
  'METRICS_TOKEN',
  'API_KEYS',
  'DRAWN_CACHE_URL',
  'BODY_LIMIT_BYTES',
  'AREA_VERTEX_LIMIT',
  'CELL_LIMIT',
  'REQUEST_VERTEX_LIMIT',
  'MULTI_LIMIT',
  'DROP_IN_BODY_LIMIT_BYTES',
  'DROP_IN_WAIT_SECONDS',
  'WAIT_LIMIT_SECONDS',
  'SHUTDOWN_GRACE_SECONDS',
  'BODIES_LIMIT_BYTES',
  'ANSWERS_LIMIT_BYTES',
  'REQUEST_LIMIT',
  'LATENESS_LIMIT_MILLISECONDS',
  'WAITING_LIMIT',
  'CLIENT_WAITING_LIMIT',
  'DROP_IN_WAITING_LIMIT',
  'CLIENT_REQUESTS_PER_MINUTE',
  'DROP_IN_REQUESTS_PER_MINUTE',
  'CONNECTION_LIMIT',
  'EVENTS_LIMIT',
  'PUBLIC_URL',
  'ALLOWED_HOSTS',
  'TRUST_PROXY',
  'CORS_ORIGINS',
  'DEFAULT_EXECUTION',
  'JOB_LIST',
  'ECHO_PROCESS',
  'WEB_FOLDER',
  'BASE_MAP_URL',
  'BASE_MAP_ATTRIBUTION',
  'RECHECK_SECONDS',
  'REFRESH_TIMEOUT_SECONDS',
  'BACKGROUND_WAITING_LIMIT',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_SERVICE_NAME',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_SDK_DISABLED',
  'LOG_LEVEL',
] as const;

/** Without CACHE_URL the gateway cannot read results: each answer then takes a job. */
export type GatewayConfig = Settings<(typeof names)[number]> & Partial<Settings<'CACHE_URL'>>;

/**
 * Reads the gateway's settings from an environment. Throws SettingsError with every problem at
 * once.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): GatewayConfig {
  return readSettings(env, env.CACHE_URL ? [...names, 'CACHE_URL'] : names);
}
