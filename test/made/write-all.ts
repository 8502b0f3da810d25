/** Writes the whole country into a folder, for `ask.py`: node test/made/write-all.ts FOLDER */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digests, writeCountry } from './write.ts';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: node test/made/write-all.ts FOLDER');
writeCountry(folder, ['land', 'soil', 'flow', 'terrain', 'heights', 'fields']);
writeFileSync(join(folder, 'digests.json'), JSON.stringify(digests(), null, 1));
