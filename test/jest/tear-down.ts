import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename } from 'node:path';

export default function tearDown(): void {
  const folder = tmpdir();
  if (basename(folder).startsWith('catchment-tests-')) rmSync(folder, { recursive: true, force: true });
}
