/** Reads a parameter of a database's URL, or else PostgreSQL's own variable for it. */
export type Parameters = (name: keyof typeof variables) => string | undefined;

type Environment = Readonly<Record<string, string | undefined>>;

/** The parameters that are read here, with their variables; the client reads all others itself. */
const variables = {
  host: 'PGHOST',
  port: 'PGPORT',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslnegotiation: 'PGSSLNEGOTIATION',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
  // No variable.
  ssl: '',
  sslpassword: '',
} as const;

/** The parameters of a URL. An empty one counts as absent, as in PostgreSQL's own client. */
export function parametersOf(url: URL, environment: Environment): Parameters {
  return (name) => url.searchParams.get(name) || environment[variables[name]] || undefined;
}

/** One of some words that a parameter may be. Throws a sentence for any other. */
export function oneOf<Word extends string>(name: string, given: string, words: readonly Word[]): Word {
  const word = words.find((each) => each === given);
  if (word !== undefined) return word;
  throw new Error(`${name} is "${given}", expected one of ${words.join(', ')}`);
}
