/** A value as a sentence shows it: short, on one line. `undefined` is "missing". */
export function show(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return JSON.stringify(shorten(value));
  if (Array.isArray(value)) return showList(value);
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  return String(value);
}

/** A number with its noun: `1 position`, `3 positions`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function showList(list: readonly unknown[]): string {
  const shown = Array.from(list.slice(0, 3), (value) => (Array.isArray(value) ? '[…]' : show(value)));
  return `[${shown.join(', ')}${list.length > 3 ? ', …' : ''}]`;
}
