import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';

const nothing = ["'none'"];
const own = ["'self'"];

/** The policy of answers that no browser may show, run or put in a frame. */
const apiPolicy = { useDefaults: false, directives: { defaultSrc: nothing, frameAncestors: nothing } };

/**
 * The policy of Bull Board: it loads its own scripts, writes styles into its elements and draws
 * icons from `data:`.
 */
const pagePolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: nothing,
    scriptSrc: own,
    styleSrc: [...own, "'unsafe-inline'"],
    imgSrc: [...own, 'data:'],
    fontSrc: [...own, 'data:'],
    connectSrc: own,
    manifestSrc: own,
    baseUri: own,
    formAction: own,
    frameAncestors: nothing,
  },
};

/**
 * The policy of the page with the map: its own scripts and files, and images that it makes. Its
 * charts have styles within. Others may show it in a frame: it knows no password, and what it does
 * anybody may do. `others` are the other servers whose maps it shows.
 */
const mapPolicy = (others: readonly string[]) => ({
  useDefaults: false,
  directives: {
    defaultSrc: nothing,
    scriptSrc: own,
    workerSrc: own,
    styleSrc: [...own, "'unsafe-inline'"],
    imgSrc: [...own, 'data:', 'blob:', ...others],
    fontSrc: own,
    connectSrc: [...own, ...others],
    baseUri: nothing,
    formAction: nothing,
  },
});

type Headers = Record<string, string>;

/** Makes the headers of helmet once: they are the same for each answer. */
function headersFor(
  contentSecurityPolicy: NonNullable<HelmetOptions['contentSecurityPolicy']>,
  isOverTls = false,
): Headers {
  const headers: Record<string, string> = {};
  const answer = {
    setHeader: (name: string, value: string) => {
      headers[name.toLowerCase()] = value;
    },
    removeHeader: () => undefined,
  };
  helmet({
    contentSecurityPolicy,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: isOverTls && { maxAge: 31_536_000, includeSubDomains: false },
  })({} as never, answer as never, () => undefined);
  return headers;
}

/**
 * Tells browsers with every answer what they may not do with it. `isOverTls`: clients reach the
 * gateway by https alone, and are to use nothing else. Call this before routes are added.
 */
export function protectAnswers(app: FastifyInstance, { isOverTls }: { isOverTls: boolean }): void {
  const headers = headersFor(apiPolicy, isOverTls);
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}

const pageHeaders = headersFor(pagePolicy);

/** The same for the pages of Bull Board. */
export const protectPages: onRequestHookHandler = (_request, reply, done) => {
  reply.headers(pageHeaders);
  done();
};

/** The same for the page with the map, and for a map of another server that it shows. */
export function protectMapPage(baseMap: string | undefined): onRequestHookHandler {
  const others = baseMap === undefined ? [] : [new URL(baseMap).origin];
  const headers = headersFor(mapPolicy(others));
  // Servers of maps want to know which site shows them. The question is not told.
  if (baseMap !== undefined) headers['referrer-policy'] = 'strict-origin';
  return (_request, reply, done) => {
    reply.headers(headers).removeHeader('x-frame-options');
    done();
  };
}

/** The headers of answers to requests that are refused before any hook. */
export const bareHeaders = headersFor(apiPolicy);
