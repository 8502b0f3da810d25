/** The settings of a server, in a process or a container. */
export interface Settings {
  readonly config: Readonly<Record<string, string>>;
  /** A folder that exists. */
  readonly dataDir: string;
  /** Whether `dataDir` is removed with the server. */
  readonly temporary: boolean;
  /** Undefined: any free port. */
  readonly port: number | undefined;
}

/** The directives as arguments of `redis-server`. */
export function configArguments(config: Readonly<Record<string, string>>): string[] {
  // Redis before 7.0 takes several words in one argument for one word.
  const words = (name: string, value: string) => (name === 'replicaof' ? value.split(' ') : [value]);
  return Object.entries(config).flatMap(([name, value]) => [`--${name}`, ...words(name, value)]);
}
