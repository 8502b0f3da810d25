import { readSettings, type Settings } from '@cellshed/settings';

const names = [
  'QUEUE_REDIS_URL',
  'QUEUE_PREFIX',
  'CACHE_URL',
  'CACHE_TIMEOUT_SECONDS',
  'JOB_CACHE_URL',
  'CATCHMENT_CATALOG',
  'JOB_RETENTION_SECONDS',
  'COUNT_THREADS',
  'BACKGROUND_WAITING_LIMIT',
  'TILES_PER_JOB',
  'CELL_LIMIT',
  'MULTI_LIMIT',
  'CLIENT_CELLS_PER_HOUR',
  'JOB_CONCURRENCY',
  'CHORE_CONCURRENCY',
  'RENEW_CELLS_PER_HOUR',
  'ARCHIVE_DIR',
  'ARCHIVE_LIMIT_BYTES',
  'JOB_LOCK_SECONDS',
  'RESULTS_LIMIT_BYTES',
  'SHELF_LIMIT_BYTES',
  'SHUTDOWN_GRACE_SECONDS',
  'WORKER_HEALTH_FILE',
  'METRICS_TOKEN',
  'METRICS_HOST',
  'METRICS_PORT',
  'DRAWN_CACHE_URL',
  'DRAWN_CACHE_BYTES',
  'DRAWN_LIFETIME_SECONDS',
  'REFRESH_TIMEOUT_SECONDS',
  'RECHECK_SECONDS',
  'TILE_CACHE_BYTES',
  'RASTER_CACHE_DIR',
  'RASTER_CACHE_BYTES',
  'TALLY_URL',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_SERVICE_NAME',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_SDK_DISABLED',
  'LOG_LEVEL',
] as const;

export type WorkerConfig = Settings<(typeof names)[number]>;

/**
 * Reads the settings of a worker from an environment. Throws SettingsError with every problem at
 * once.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): WorkerConfig {
  return readSettings(env, names);
}
