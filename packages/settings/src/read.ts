import { cleanEnv } from 'envalid';
import { variables } from './variables.ts';

type Variables = typeof variables;
export type VariableName = keyof Variables;
type ValueOf<Spec> = Spec extends { readonly _parse: (input: string) => infer Value } ? Value : never;
/** The values of the picked variables. */
export type Settings<Name extends VariableName> = { readonly [N in Name]: ValueOf<Variables[N]> };

/** The environment is not as the apps need it; the message has every problem, one to a line. */
export class SettingsError extends Error {}

/**
 * Reads the picked variables from an environment. Throws SettingsError with all that is missing or
 * wrong.
 */
export function readSettings<Name extends VariableName>(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly Name[],
): Settings<Name> {
  const picked = Object.fromEntries(names.map((name) => [name, variables[name]]));
  const values = cleanEnv({ ...env }, picked, {
    reporter: ({ errors }) => {
      const problems = Object.entries(errors).map(([name, error]) => sentence(name as VariableName, error as Error));
      if (problems.length > 0) throw new SettingsError(problems.join('\n'));
    },
  });
  return Object.fromEntries(names.map((name) => [name, (values as Record<string, unknown>)[name]])) as Settings<Name>;
}

function sentence(name: VariableName, error: Error): string {
  const what = error.name === 'EnvMissingError' ? 'is not set' : error.message;
  return `${name} ${what} (${(variables[name] as { desc?: string }).desc})`;
}
