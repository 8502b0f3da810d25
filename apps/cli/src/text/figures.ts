import prettyMilliseconds from 'pretty-ms';

/** A duration in its two largest units: `7ms`, `2.1s`, `3m 20s`, `5h 12m`. */
export function durationText(milliseconds: number): string {
  return prettyMilliseconds(milliseconds, { unitCount: 2 });
}

/** The minute of an ISO 8601 text, in UTC: `2026-11-21 09:48`. */
export function minuteText(iso: string): string {
  return iso.replace(/T(\d\d:\d\d).*/, ' $1');
}

/** A number of things: `1,234 results`, `1 result`. */
export function countText(count: number, noun: string, nouns = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : nouns}`;
}

/** A number as `toLocaleString('en')` writes it, which loads the languages of the world before. */
function grouped(count: number): string {
  const rounded = Number.isInteger(count) ? count : Math.round(1000 * count) / 1000;
  const [whole = '', ...fraction] = String(rounded).split('.');
  return [whole.replace(/\B(?=(?:\d{3})+$)/g, ','), ...fraction].join('.');
}
