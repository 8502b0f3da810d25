import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

/** Reads the texts of a .dbf file. */
export type ReadText = (bytes: Uint8Array) => string;

/** The code pages by the number of the language driver in a .dbf file. */
const codePages: Readonly<Record<number, number>> = {
  ...of(437, 1, 9, 11, 13, 15, 17, 21, 24, 25, 27),
  ...of(850, 2, 10, 14, 16, 18, 20, 22, 26, 29, 37, 55),
  ...of(852, 31, 34, 35, 64, 100, 135),
  ...of(737, 106, 134),
  ...of(857, 107, 136),
  ...of(860, 36),
  ...of(861, 103),
  ...of(863, 28, 108),
  ...of(865, 8, 23, 102),
  ...of(866, 38, 101),
  ...of(874, 80, 124),
  ...of(932, 19, 123),
  ...of(936, 77, 122),
  ...of(949, 78, 121),
  ...of(950, 79, 120),
  ...of(1250, 200),
  ...of(1251, 201),
  ...of(1252, 3, 88, 89),
  ...of(1253, 203),
  ...of(1254, 202),
  ...of(1257, 204),
};

/** The language driver that stands for ISO 8859-1. */
const latin1 = 87;

function of(codePage: number, ...drivers: readonly number[]): Record<number, number> {
  return Object.fromEntries(drivers.map((driver) => [driver, codePage]));
}

/**
 * The reader of texts in the encoding that a .cpg file names, else in that of the language driver
 * in the .dbf file, as GDAL takes them. Where neither names one, each text is UTF-8 if it can be,
 * else Windows-1252. `unknown` is the name of an encoding that nobody knows.
 */
export function textReader(cpg: string, driver: number): { readonly read: ReadText; readonly unknown?: string } {
  const written = cpg.split(/[\r\n]/, 1)[0]?.trim() ?? '';
  const name = written === '' ? nameOfDriver(driver) : nameOf(written);
  if (name !== undefined && iconv.encodingExists(name)) return { read: (bytes) => iconv.decode(bytes, name) };
  return { read: guessed, ...(written !== '' && { unknown: written }) };
}

function guessed(bytes: Uint8Array): string {
  return iconv.decode(bytes, isUtf8(bytes) ? 'utf8' : 'win1252');
}

function nameOfDriver(driver: number): string | undefined {
  if (driver === latin1) return 'iso-8859-1';
  const codePage = codePages[driver];
  return codePage === undefined ? undefined : `cp${codePage}`;
}

/** The usual name of what a .cpg file says: a number, `ANSI 1251`, `88591`, `LDID/87` or a name. */
function nameOf(written: string): string | undefined {
  const [, driver] = /^LDID\/(\d+)/i.exec(written) ?? [];
  if (driver !== undefined) return nameOfDriver(Number(driver));
  const [, part] = /^(?:ISO[- ]?)?8859[-_ ]?(\d+)/i.exec(written) ?? [];
  if (part !== undefined) return `iso-8859-${part}`;
  const [, codePage] = /^(?:ANSI |CP|OEM )?(\d{3,5})$/i.exec(written) ?? [];
  if (codePage === '65001') return 'utf8';
  return codePage === undefined ? written : `cp${codePage}`;
}
