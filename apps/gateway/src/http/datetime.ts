const day = '[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])';
const timeOfDay = '([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])';

/** The pattern of a time in RFC 3339. */
export const time = `${day}[Tt]${timeOfDay}`;

/** The pattern of a time or a day. */
export const timeOrDay = `${day}([Tt]${timeOfDay})?`;

/** The pattern of a time, or of two with a slash between; an open end is empty or `..`. */
export function datetimePattern(one: string): string {
  return `^(${one}|(${one}|\\.\\.)?/(${one}|\\.\\.)?)$`;
}
