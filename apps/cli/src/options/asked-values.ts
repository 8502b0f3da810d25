import type { Spread } from '@cellshed/operations';

/** The values of parameters, where several were asked for. */
export interface AskedValues {
  /** The names of the parameters. */
  readonly names: readonly string[];
  /** The values of each of them, for each choice. */
  readonly labels: readonly (readonly string[])[];
}

/** The values by which the choices of a spread differ; undefined where it has only one. */
export function valuesOf({ choices, isSeveral }: Spread): AskedValues | undefined {
  if (!isSeveral) return undefined;
  const parameters = choices.map((choice) => choice.parameters ?? {});
  const names = Object.keys(parameters[0] ?? {}).filter(
    (name) => choices.length === 1 || new Set(parameters.map((one) => one[name])).size > 1,
  );
  return { names, labels: parameters.map((one) => names.map((name) => String(one[name]))) };
}
