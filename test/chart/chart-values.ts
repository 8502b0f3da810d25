/** The clients of the gateways, by all that there is. */
export const peer = { namespaceSelector: { matchLabels: { team: 'maps' } } };
/** The least that there can be. */
export const minimal = {
  settings: {
    QUEUE_REDIS_URL: 'redis://redis:6379',
    CACHE_URL: 'redis://cache:6379',
    SHELF_LIMIT_BYTES: 10_737_418_240,
  },
  catalog: { existingConfigMap: 'ours' },
};
/** With a volume of data that has the catalog, and without what a cluster may do in its own way. */
const ofData = {
  existingSecret: 'catchment',
  ...{ catalog: { path: '/data/catalog.yaml' }, data: { existingClaim: 'rasters' }, networkPolicy: { enabled: false } },
  serviceAccount: { create: false, name: 'ours' },
};
/** All that there is. */
export const all = {
  ...{ existingSecret: 'catchment', settings: { TALLY_URL: 's3://results/tallies' }, shutdownGraceSeconds: 120 },
  ...{
    catalog: { content: 'rasters: {}\n' },
    data: { existingClaim: 'rasters' },
    imagePullSecrets: [{ name: 'pull' }],
  },
  ...{
    extraVolumes: [{ name: 'roots', secret: { secretName: 'roots' } }],
    image: { digest: `sha256:${'a'.repeat(64)}` },
  },
  extraVolumeMounts: [{ name: 'roots', mountPath: '/roots', readOnly: true }],
  gateway: {
    ...{
      existingSecret: 'gateway',
      settings: { LOG_LEVEL: 'warn' },
      podAnnotations: { a: 'b' },
      nodeSelector: { a: 'b' },
    },
    ...{ priorityClassName: 'high', tolerations: [{ key: 'a', operator: 'Exists' }], affinity: { nodeAffinity: {} } },
  },
  count: {
    rasterCacheBytes: 10_737_418_240,
    autoscaling: { enabled: true, prometheus: 'http://prometheus:9090', authenticationRef: { name: 'prometheus' } },
  },
  ingress: { enabled: true, className: 'nginx', host: 'maps.example.org', tlsSecret: 'tls', annotations: { a: 'b' } },
  monitoring: {
    ...{ labels: { release: 'prometheus' }, podMonitor: { enabled: true } },
    ...{ rules: { enabled: true }, dashboard: { enabled: true } },
  },
  networkPolicy: { clients: [peer], egress: [{ ports: [{ port: 5432 }] }] },
};
export const cases = { minimal, ofData, all };
