// Preloaded by the bench `watched`: metrics keep and cost nothing, and no request is logged. The
// log stays open, as processes say in it that they are ready.
import { registerHooks } from 'node:module';

const sources = {
  '/packages/metrics/src/open-metrics.ts': `export function openMetrics() {
    return { add() {}, record() {}, observe: () => () => {}, text: async () => '', close: async () => {} };
  }`,
  '/apps/gateway/src/http/access-log.ts': `export function logRequests() {}
  export function logRequest() {}
  export function statusOf({ raw }) {
    return raw.writableFinished ? raw.statusCode : 499;
  }`,
};

registerHooks({
  load: (url, context, nextLoad) => {
    const source = sources[Object.keys(sources).find((path) => url.endsWith(path))];
    return source ? { format: 'module', source, shortCircuit: true } : nextLoad(url, context);
  },
});
