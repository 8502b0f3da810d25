import type pg from 'pg';
import { oneOf } from './parameters.ts';

interface Session {
  readonly isStandby: boolean;
  readonly isReadOnly: boolean;
}

/** Whether a server may be used. */
export type Accepts = (session: Session) => boolean;

/**
 * The rounds in which servers are looked for, by `target_session_attrs`
 * (https://www.postgresql.org/docs/current/libpq-connect.html). Undefined: any server will do.
 */
export function roundsOf(attributes = 'any'): readonly (Accepts | undefined)[] {
  return rounds[oneOf('target_session_attrs', attributes, Object.keys(rounds) as (keyof typeof rounds)[])];
}

const isStandby: Accepts = (session) => session.isStandby;

const rounds = {
  any: [undefined],
  'read-write': [({ isReadOnly }) => !isReadOnly],
  'read-only': [({ isReadOnly }) => isReadOnly],
  primary: [(session) => !session.isStandby],
  standby: [isStandby],
  'prefer-standby': [isStandby, undefined],
} as const satisfies Record<string, readonly (Accepts | undefined)[]>;

/** Asks a new connection what its server is. */
export async function sessionOf(client: pg.ClientBase): Promise<Session> {
  const { rows } = await client.query(
    "SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only') = 'on' AS read_only",
  );
  return { isStandby: rows[0].standby, isReadOnly: rows[0].read_only };
}
