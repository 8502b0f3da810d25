import { commandRow } from './attack-command.ts';
import { requestRow } from './attack-service.ts';
import type { Row } from './row.ts';
import { areaAttacks } from './rows/areas.ts';
import { bodyAttacks } from './rows/bodies.ts';
import { fileAttacks } from './rows/files.ts';
import { floodAttacks } from './rows/floods.ts';
import { operatorAttacks, stopping } from './rows/operators.ts';
import { pageAttacks } from './rows/pages.ts';
import { resultAttacks } from './rows/results.ts';
import { secretAttacks } from './rows/secrets.ts';
import { tiffAttacks } from './rows/tiffs.ts';

/** The attacks, in the order of the table. */
export const rows: readonly Row[] = [
  ...[...areaAttacks, ...bodyAttacks, ...resultAttacks, ...pageAttacks, ...floodAttacks, ...secretAttacks].map(
    requestRow,
  ),
  ...[...tiffAttacks, ...fileAttacks, ...operatorAttacks].map(commandRow),
  stopping,
];
