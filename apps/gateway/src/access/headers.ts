import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import type { FastifyInstance, onRequestHookHandler } from 'fastify';

const nothing = ["'none'"];
const own = ["'self'"];

/** Of answers that no browser is to show, run or put in a frame. */
const apiPolicy = { useDefaults: false, directives: { defaultSrc: nothing, frameAncestors: nothing } };

/**
 * Bull Board loads its own scripts, writes styles into its elements and draws icons from `data:`.
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

const options = {
  contentSecurityPolicy: apiPolicy,
  xFrameOptions: { action: 'deny' as const },
  referrerPolicy: { policy: 'no-referrer' as const },
} satisfies FastifyHelmetOptions;

/**
 * Says to browsers, with every answer, what they are not to do with it. `isOverTls`: clients reach
 * the gateway by https alone, and are to stay there. Before any route.
 */
export async function protectAnswers(app: FastifyInstance, { isOverTls }: { isOverTls: boolean }): Promise<void> {
  const hsts = isOverTls && { maxAge: 31_536_000, includeSubDomains: false };
  await app.register(helmet, { ...options, hsts });
}

/** The same for the pages of Bull Board. */
export const protectPages: onRequestHookHandler = async (_request, reply) => {
  await reply.helmet({ ...options, hsts: false, contentSecurityPolicy: pagePolicy });
};

/** Of what is refused before any hook. */
export const bareHeaders = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
} as const;
