const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Such as `72 B`, `95.2 kB`: three digits. */
export function bytesText(bytes: number): string {
  let [number, unit] = [bytes, 0];
  while (number >= 999.5 && unit < units.length - 1) {
    number /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? number : threeDigits(number)} ${units[unit]}`;
}

/** Such as `7 ms`, `1.2 s`, `3.5 min`. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${threeDigits(milliseconds / 1000)} s`;
  return `${threeDigits(milliseconds / 60_000)} min`;
}

/** `2026-11-21 09:48`, UTC, of an ISO 8601 text. */
export function minuteText(iso: string): string {
  return iso.replace(/T(\d\d:\d\d).*/, ' $1');
}

/** `1,234 results`, `1 result`. */
export function countText(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function threeDigits(number: number): string {
  return number.toFixed(number < 9.995 ? 2 : number < 99.95 ? 1 : 0);
}
