import Type, { type Static } from 'typebox';

export const Link = Type.Object({ href: Type.String(), rel: Type.String(), type: Type.String(), title: Type.String() });

/** Where a job stands: OGC API – Processes' status document, with `cache` and `tiles` beside its own members. */
export const StatusDocument = Type.Object(
  {
    jobID: Type.String(),
    processID: Type.String(),
    type: Type.Literal('process'),
    status: Type.Enum(['accepted', 'running', 'successful', 'failed', 'dismissed']),
    message: Type.Optional(Type.String()),
    created: Type.String({ format: 'date-time' }),
    started: Type.Optional(Type.String({ format: 'date-time' })),
    finished: Type.Optional(Type.String({ format: 'date-time' })),
    updated: Type.String({ format: 'date-time' }),
    /** Percent. */
    progress: Type.Integer({ minimum: 0, maximum: 100 }),
    cache: Type.Optional(Type.Union([Type.Literal('hit'), Type.Literal('miss'), Type.Literal('stale')])),
    tiles: Type.Optional(Type.Object({ done: Type.Integer(), planned: Type.Integer() })),
    links: Type.Array(Link),
  },
  { $id: 'Status' },
);
export type StatusDocument = Static<typeof StatusDocument>;
