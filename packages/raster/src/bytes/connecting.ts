/**
 * Options of all HTTP agents. Idle connections stay open for a minute, unless the server closes
 * them before. A proxy is used if the environment names one (HTTP_PROXY, HTTPS_PROXY, NO_PROXY, as
 * Node reads them).
 */
export const connecting = { keepAlive: true, timeout: 60_000, proxyEnv: process.env } as const;
