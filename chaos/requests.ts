import { big, bigAreas, known, large, rectangle } from '../test/way/areas.ts';
import { type Operation, operations, type Wanted } from './oracle.ts';
import type { Random } from './random.ts';

/** A request as a client sends it, and the results that it wants. */
export interface Request {
  readonly kind: string;
  readonly process: string;
  readonly inputs: object;
  readonly wanted: readonly Wanted[];
  /** Seconds for which the client waits for the result. */
  readonly wait?: number;
  readonly isDismissed?: boolean;
}

/** The kinds of requests; those named twice are sent twice as often. */
const kinds = [
  'well-known',
  'well-known',
  'drawn',
  'drawn',
  'repeated',
  'repeated',
  'large',
  'several',
  'statistics',
  'fraction',
  'dismissed',
  'refreshed',
  'waiting',
] as const;
type Kind = (typeof kinds)[number];

const knownAreas = 120;
/** Among so many requests one is repeated. */
const mostRemembered = 50;

/** Makes requests of all kinds by chance. */
export function openRequests(random: Random): () => Request {
  const lately: Request[] = [];
  const counts = Object.keys(operations) as Operation[];
  const drawn = () => rectangle(1 + random.below(500), 1 + random.below(500), random.below(500), random.below(500));
  const area = () => (random.below(2) === 0 ? known(random.below(knownAreas)) : drawn());
  const one = (operation: Operation, of = area(), coverage: Wanted['coverage'] = 'centre'): Omit<Request, 'kind'> => ({
    process: operation,
    inputs: { area: of.name ?? of.geometry, ...(coverage === 'fraction' && { coverage }) },
    wanted: [{ operation, area: of, coverage }],
  });
  const make: Readonly<Record<Kind, () => Omit<Request, 'kind'>>> = {
    'well-known': () => one(random.pick(['web', 'local']), known(random.below(knownAreas))),
    drawn: () => one(random.pick(['web', 'local']), drawn()),
    repeated: () => (lately.length > 0 ? random.pick(lately) : one('web')),
    large: () =>
      random.below(2) === 0 ? one('local', large(random.below(900))) : one('web', big(random.below(bigAreas))),
    several: () => several(random.shuffled(counts).slice(0, 2), [area(), area(), area()]),
    statistics: () => one('figures'),
    fraction: () => one('local', area(), 'fraction'),
    dismissed: () => ({ ...one('local', large(random.below(900))), isDismissed: true }),
    refreshed: () => one('brief', known(random.below(10))),
    waiting: () => ({ ...one(random.pick(['web', 'local'])), wait: 5 }),
  };
  return () => {
    const kind = random.pick(kinds);
    const request = { ...make[kind](), kind };
    if (!request.isDismissed) lately.push(request);
    if (lately.length > mostRemembered) lately.shift();
    return request;
  };
}

function several(some: readonly Operation[], areas: readonly Wanted['area'][]): Omit<Request, 'kind'> {
  return {
    process: 'multi',
    inputs: { areas: areas.map(({ name, geometry }) => name ?? geometry), operations: some },
    wanted: areas.flatMap((area) => some.map((operation) => ({ operation, area, coverage: 'centre' as const }))),
  };
}
