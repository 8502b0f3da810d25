/** What both kinds of server are started with. */
export interface Settings {
  readonly config: Readonly<Record<string, string>>;
  /** Exists. */
  readonly dataDir: string;
  /** Whether `dataDir` goes with the server. */
  readonly temporary: boolean;
  /** Undefined: a free one. */
  readonly port: number | undefined;
}

/** The directives as arguments of `redis-server`. */
export function configArguments(config: Readonly<Record<string, string>>): string[] {
  return Object.entries(config).flatMap(([name, value]) => [`--${name}`, value]);
}
