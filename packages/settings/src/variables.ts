import { availableParallelism } from 'node:os';
import { bool, str, type ValidatorSpec } from 'envalid';
import {
  collectorUrl,
  hosts,
  long,
  mapUrl,
  optional,
  optionalShare,
  optionalText,
  optionalWhole,
  origins,
  publicUrl,
  redisUrl,
  secret,
  text,
  trustedProxies,
  whole,
} from './kinds.ts';

/**
 * Every environment variable of every app, declared once: its default, its unit, what it is for. An
 * app's `config.ts` picks the ones that it uses.
 */
export const variables = {
  QUEUE_REDIS_URL: redisUrl({
    desc: 'Redis of the queues: redis://, rediss://, redis-cluster:// or redis-sentinel://. It must not evict (maxmemory-policy noeviction).',
  }),
  QUEUE_PREFIX: text({
    default: '{catchment}',
    desc: 'Prefix of all keys of the queues; braces keep them in one cluster slot.',
  }),
  CACHE_URL: text({
    desc: 'Where results are kept: redis://, rediss://, redis-cluster://, redis-sentinel://, file:, s3:// or memory: (one process only), or several of them, separated by commas, as layers: fast ones first, the durable one last.',
  }),
  JOB_CACHE_URL: optionalText({
    desc: 'Where jobs leave drawn areas and large partial counts for each other, as CACHE_URL. Default: the Redis of the queues.',
  }),
  CACHE_TIMEOUT_SECONDS: whole(1, 3600, {
    default: 1,
    desc: 'How long the cache may take to answer, in seconds; a request does without what takes longer.',
  }),
  CATCHMENT_CATALOG: text({ desc: 'The catalog file: rasters, operations, area tables.' }),
  JOB_RETENTION_SECONDS: whole(10, 31_536_000, {
    default: 3600,
    desc: 'How long a finished job and its result can be read, in seconds.',
  }),
  SHELF_LIMIT_BYTES: whole(1_048_576, Number.MAX_SAFE_INTEGER, {
    default: 268_435_456,
    desc: 'Most bytes of results, as they are packed, that the Redis of the queues keeps for clients; when it is full, the results that expire first are removed. The same for gateways and workers.',
  }),
  RESULTS_LIMIT_BYTES: whole(1024, 500_000_000, {
    default: 33_554_432,
    desc: 'Most bytes of the results of one request; one that has more is refused.',
  }),
  LOG_LEVEL: str({
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
    default: 'info',
    desc: 'What is logged.',
  }),

  METRICS_TOKEN: secret(16, {
    desc: 'Token by which a Prometheus on another machine reads /metrics, at least 16 characters. Without it, metrics are for this machine, and on the gateway for keys of scope admin.',
  }),
  METRICS_HOST: text({ default: '127.0.0.1', desc: 'Address on which a worker serves /metrics and /healthz.' }),
  METRICS_PORT: optionalWhole(0, 65_535, {
    desc: 'Port on which a worker serves /metrics and /healthz; 0 takes a free one. No default: without it a worker does not listen. A gateway has both on its own port.',
  }),

  OTEL_EXPORTER_OTLP_ENDPOINT: optional(
    'A collector of OpenTelemetry (OTLP over HTTP), such as http://localhost:4318, to which traces are sent. Default: none, so that nothing is traced. OTEL_EXPORTER_OTLP_HEADERS and other settings of the exporter are as the standard has them.',
    collectorUrl,
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: optional(
    'The same as the whole URL for traces, such as http://localhost:4318/v1/traces.',
    collectorUrl,
  ),
  OTEL_SERVICE_NAME: optionalText({
    desc: 'Name of the process in traces. Default: catchment-gateway, catchment-worker, or catchment where one process is both.',
  }),
  OTEL_TRACES_SAMPLER: str({
    choices: [
      ...['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'],
      ...['always_on', 'always_off', 'traceidratio'],
    ],
    default: 'parentbased_always_on',
    desc: 'Which traces are kept: all, none, or the share in OTEL_TRACES_SAMPLER_ARG. A trace is kept whole, or not at all.',
  }),
  OTEL_TRACES_SAMPLER_ARG: optionalShare({
    desc: 'The share of traces that is kept by a sampler traceidratio, from 0 to 1; by default all of them.',
  }),
  OTEL_SDK_DISABLED: bool({ default: false, desc: 'Whether nothing is traced, although a collector is named.' }),

  HOST: text({ default: '127.0.0.1', desc: 'Address on which the gateway listens.' }),
  PORT: whole(0, 65_535, { default: 8080, desc: 'Port on which the gateway listens; 0 takes a free one.' }),
  WEB_FOLDER: optionalText({
    desc: 'Folder of the page with the map, as it is built. Default: none; `npm start` builds it.',
  }),
  BASE_MAP_URL: optional(
    'A map of another server under the areas of the page: tiles as https://example.org/{z}/{x}/{y}.png, or a MapLibre style, all of whose files are on its host. Default: none, so that the page asks no other host.',
    mapUrl,
  ),
  BASE_MAP_ATTRIBUTION: optionalText({
    desc: 'Who made those tiles, as HTML; the map shows it. Default: none. A style names its own.',
  }),
  ADMIN_USER: text({ default: 'admin', desc: 'User of the admin pages.' }),
  ADMIN_PASSWORD: long(12, {
    desc: 'Password of the admin pages, at least 12 characters. No default: without it they are switched off.',
  }),
  VIEWER_PASSWORD: long(12, {
    desc: 'Password by which the user viewer may look at the admin pages, and change nothing, at least 12 characters. No default: without it there is no such user.',
  }),
  API_KEYS: str({
    choices: ['optional', 'required'],
    default: 'optional',
    desc: 'Whether the API is for those alone who send a key that `catchment key make` has made.',
  }),
  ADMIN_TOKEN: secret(16, {
    desc: 'Token of the operator, which may do what a key of scope admin may, at least 16 characters. Without it and without keys the admin routes of the cache are switched off.',
  }),
  BODY_LIMIT_BYTES: whole(1024, 1 << 30, { default: 10_485_760, desc: 'Largest request body, in bytes.' }),
  AREA_VERTEX_LIMIT: whole(4, 100_000_000, { default: 250_000, desc: 'Most vertices of a drawn area.' }),
  REQUEST_VERTEX_LIMIT: whole(4, 100_000_000, {
    default: 2_500_000,
    desc: 'Most vertices of all drawn areas and lines of one request together.',
  }),
  MULTI_LIMIT: whole(1, 1_000_000, {
    default: 10_000,
    desc: 'Most results of one request for several: areas times operations.',
  }),
  DROP_IN_BODY_LIMIT_BYTES: whole(1024, 1 << 30, {
    default: 52_428_800,
    desc: 'Largest body of /run and /multi, in bytes.',
  }),
  DROP_IN_WAIT_SECONDS: whole(1, 3600, {
    default: 120,
    desc: 'How long a client of /run and /multi waits for its result at most, in seconds.',
  }),
  BODIES_LIMIT_BYTES: whole(1024, Number.MAX_SAFE_INTEGER, {
    default: 268_435_456,
    desc: 'Most bytes of request bodies that one gateway holds at once; what is more is refused for now (503).',
  }),
  ANSWERS_LIMIT_BYTES: whole(1024, Number.MAX_SAFE_INTEGER, {
    default: 100_663_296,
    desc: 'Most bytes of answers that one gateway holds for clients that have not taken them yet; what is more is refused for now (503).',
  }),
  REQUEST_LIMIT: whole(1, 1_000_000, {
    default: 20_000,
    desc: 'Most requests that one gateway has under way at once; what is more is refused for now (503).',
  }),
  LATENESS_LIMIT_MILLISECONDS: whole(0, 60_000, {
    default: 50,
    desc: 'Most milliseconds by which the event loop of a gateway may be late; when it has been later for a second, requests that begin work are refused for now (503). Polls and cached answers are not. 0: no limit.',
  }),
  WAITING_LIMIT: whole(0, 10_000_000, {
    default: 20_000,
    desc: 'Most requests of all clients that wait for their results at once, for all gateways together; what is more is refused for now (503); 0: no limit.',
  }),
  CLIENT_WAITING_LIMIT: whole(0, 10_000_000, {
    default: 2000,
    desc: 'Most requests of one client (an API key, else an address) that wait for their results at once; what is more is refused for now (429); 0: no limit.',
  }),
  DROP_IN_WAITING_LIMIT: whole(0, 10_000_000, {
    default: 10_000,
    desc: 'The same for /run and /multi, whose requests are counted by themselves: one address may stand for all users of an application.',
  }),
  CLIENT_REQUESTS_PER_MINUTE: whole(0, 10_000_000, {
    default: 0,
    desc: 'Most executions that one client may ask for in a minute; what is more is refused for now (429). Reading and polling are free. 0: no limit.',
  }),
  DROP_IN_REQUESTS_PER_MINUTE: whole(0, 10_000_000, {
    default: 0,
    desc: 'The same for /run and /multi, which are counted by themselves; 0: no limit.',
  }),
  CONNECTION_LIMIT: whole(1, 1_000_000, {
    default: 20_000,
    desc: 'Most connections to one gateway; what is more is cut off.',
  }),
  EVENTS_LIMIT: whole(0, 1_000_000, {
    default: 10_000,
    desc: 'Most clients that listen to events of jobs at one gateway at once; what is more is refused for now (503). Each is also a connection and a request under way.',
  }),
  WAIT_LIMIT_SECONDS: whole(0, 3600, {
    default: 60,
    desc: 'Longest wait that `Prefer: wait=N` is granted, in seconds.',
  }),

  PUBLIC_URL: optional(
    "Where clients reach the gateway, such as https://example.org/catchment: links in answers begin with it. Default: the host of the request if it is this gateway's own or in ALLOWED_HOSTS; else links begin with their path.",
    publicUrl,
  ),
  ALLOWED_HOSTS: optional(
    'Hosts that links in answers may contain if a request names them, separated by commas; without a port, any port is allowed. Default: none.',
    hosts,
  ),
  TRUST_PROXY: trustedProxies({
    desc: 'Addresses of the proxies in front of the gateway, whose X-Forwarded-For, -Proto and -Host are believed: addresses, ranges such as 10.0.0.0/8, or loopback, linklocal, uniquelocal, separated by commas. Default: none.',
  }),
  CORS_ORIGINS: origins({
    default: '*',
    desc: 'Sites whose pages may use the API in a browser: * (any), none, or origins such as https://maps.example.org, separated by commas. Never the routes of the operator.',
  }),
  DEFAULT_EXECUTION: str({
    choices: ['async', 'sync'],
    default: 'async',
    desc: 'How an operation is executed when a client sends no Prefer header; sync: within WAIT_LIMIT_SECONDS.',
  }),
  JOB_LIST: str({
    choices: ['operator', 'all'],
    default: 'operator',
    desc: 'Who may list the jobs, and so read all results: operator (who has ADMIN_TOKEN, or a key of scope admin) or all.',
  }),
  ECHO_PROCESS: bool({
    default: false,
    desc: 'Whether there is a process echo, by which test suites try the API.',
  }),

  COUNT_THREADS: whole(1, 1024, {
    default: availableParallelism(),
    desc: 'Threads that count cells in one raster worker; by default one per processor.',
  }),
  BACKGROUND_WAITING_LIMIT: whole(0, 10_000_000, {
    default: 10_000,
    desc: 'Most computations that nobody waits for in the queue, above which no stale result is refreshed; 0: no limit. Commands of the operator are not bound.',
  }),
  TILES_PER_JOB: whole(1, 100_000, { default: 64, desc: 'Tiles that one count job counts.' }),
  CELL_LIMIT: whole(1, Number.MAX_SAFE_INTEGER, {
    default: 5_000_000_000,
    desc: 'Most cells that one request may have read or counted; cells that tallies have are neither. Background work has no limit. A gateway tells it at /api; give it and its workers the same.',
  }),
  CLIENT_CELLS_PER_HOUR: whole(0, Number.MAX_SAFE_INTEGER, {
    default: 200_000_000_000,
    desc: 'Cells that are counted for one client (an API key, else an address) in an hour, after which it is refused what is not cached; 0: no limit.',
  }),
  CHORE_CONCURRENCY: whole(1, 1000, {
    default: 8,
    desc: 'Chores (what operators ask for at /admin: warm, invalidate, tallies, load) at once in one worker.',
  }),
  RENEW_CELLS_PER_HOUR: whole(0, Number.MAX_SAFE_INTEGER, {
    default: 10_000_000_000,
    desc: 'Cells that are counted anew in an hour, behind all requests, after a raster, table or line source was replaced: for what was asked for most lately. 0: none.',
  }),
  ARCHIVE_DIR: optionalText({
    desc: 'Folder of archives that an operator may load by their names at /admin/load, the same for gateways and workers that take chores. No default: without it nothing is loaded there.',
  }),
  ARCHIVE_LIMIT_BYTES: whole(1, Number.MAX_SAFE_INTEGER, {
    default: 107_374_182_400,
    desc: 'Most bytes of an archive in ARCHIVE_DIR that is loaded.',
  }),
  JOB_CONCURRENCY: whole(1, 10_000, { default: 50, desc: 'Start, finish and compute jobs at once in one worker.' }),
  JOB_LOCK_SECONDS: whole(1, 3600, {
    default: 15,
    desc: 'A job whose worker was not heard of for so long is given to another, in seconds.',
  }),
  SHUTDOWN_GRACE_SECONDS: whole(0, 3600, {
    default: 5,
    desc: 'How long a stopping worker goes on with its jobs, and a gateway with its requests, in seconds. Then jobs go to other workers, and clients that wait get their status.',
  }),
  WORKER_HEALTH_FILE: optionalText({
    desc: 'A file that a worker writes every few seconds, after the Redis of the queues has heard that it takes jobs: a file that is older than 30 s belongs to a worker that does not. No default: none is written.',
  }),
  DRAWN_LIFETIME_SECONDS: whole(1, 31_536_000, {
    default: 604_800,
    desc: 'How long the result of a drawn area is kept in the cache, in seconds.',
  }),
  REFRESH_TIMEOUT_SECONDS: whole(1, 86_400, {
    default: 600,
    desc: 'A refresh of a stale result that was not heard of for so long is queued again, in seconds.',
  }),
  DRAWN_CACHE_URL: optionalText({
    desc: 'Where results of drawn areas are kept, as CACHE_URL; in a store of their own they never push out others. Default: with the others.',
  }),
  DRAWN_CACHE_BYTES: whole(0, Number.MAX_SAFE_INTEGER, {
    default: 67_108_864,
    desc: 'Most bytes of results of drawn areas in the cache; those used longest ago go first. The queue Redis keeps some 300 bytes for each.',
  }),
  RECHECK_SECONDS: whole(0, 86_400, {
    default: 60,
    desc: 'How often a remote raster is looked at for a newer version, in seconds; local files are checked at every use.',
  }),
  TILE_CACHE_BYTES: whole(0, Number.MAX_SAFE_INTEGER, {
    default: 268_435_456,
    desc: 'Most bytes of decoded tiles that a raster worker keeps in memory, in equal parts for its threads; 0: none.',
  }),
  RASTER_CACHE_DIR: optionalText({
    desc: 'Folder, relative to the catalog, for tiles of remote rasters that were read. No default: without it none are kept.',
  }),
  TALLY_URL: optionalText({
    desc: 'Where tallies of whole tiles are kept, a URL as CACHE_URL: file:./tallies, or file:./tallies,s3://bucket/tallies where machines share them. No default: without it every cell is counted.',
  }),
  RASTER_CACHE_BYTES: whole(1_048_576, Number.MAX_SAFE_INTEGER, {
    default: 10_737_418_240,
    desc: 'Most bytes of tiles in RASTER_CACHE_DIR; those used longest ago go first.',
  }),
} satisfies Record<string, ValidatorSpec<unknown>>;
