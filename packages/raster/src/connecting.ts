/**
 * How servers are connected to: connections that nobody uses stay open for a minute, where the
 * server does not close them before; a proxy is used where the environment names one (HTTP_PROXY,
 * HTTPS_PROXY, NO_PROXY, as Node reads them).
 */
export const connecting = { keepAlive: true, timeout: 60_000, proxyEnv: process.env } as const;
