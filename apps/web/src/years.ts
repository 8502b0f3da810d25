import { words } from './words.ts';

/** Whether values are years. */
export function isYears(values: readonly string[]): boolean {
  return values.length > 0 && values.every((value) => /^\d{4}$/.test(value));
}

const thisYear = new Date().getFullYear();

/** Whether a value is a year that has not come yet: what it has is no observation. */
export function isScenario(value: string, now = thisYear): boolean {
  return isYears([value]) && Number(value) > now;
}

/** A value as people read it. */
export function valueTitle(value: string, now = thisYear): string {
  return isScenario(value, now) ? words.scenario(value) : value;
}

/** The value that is asked for at first: of years the last one that has come, else the first. */
export function firstAsked(values: readonly string[], now = thisYear): string {
  const past = isYears(values) ? values.filter((value) => !isScenario(value, now)) : [];
  return past.toSorted().at(-1) ?? (values[0] as string);
}
