import { checkKey, decodeEntry } from '@cellshed/cache';
import { cachedValue, cacheHeader } from '@cellshed/operations';
import { Command } from 'commander';
import { withCache } from '../cache/open-cache.ts';
import { isReaderGone, writeOut } from '../text/stdout.ts';

interface GetOptions {
  readonly header?: boolean;
  readonly json?: boolean;
  readonly catalog?: string;
}

/** `catchment cache get`: one value. */
export function cacheGetCommand(): Command {
  return new Command('get')
    .description('print the value of an entry: its bytes as they are, whether it is still served or not')
    .argument('<key>', 'as `catchment cache ls` prints it')
    .option('--header', 'print what is known of the value instead, as JSON')
    .option('--json', 'print header and value as one line of JSON')
    .option('--catalog <file>', 'the catalog, from whose folder a relative file: in CACHE_URL is found')
    .addHelpText('after', '\nExample:\n  catchment cache get "geop:huc12:990101010101:landcover_soil:0f…" | jq .cells')
    .action(async (key: string, { header, json, catalog }: GetOptions, command: Command) => {
      checkArgument(key, command);
      await withCache({ catalog, env: process.env }, async ({ store, place }) => {
        const bytes = await store.get(key);
        if (!bytes) throw new Error(`${place} has nothing under ${key}`);
        const entry = decodeEntry(bytes);
        if (!entry) throw new Error(`what lies under ${key} cannot be read: it is no entry, or damaged`);
        const text = () => `${JSON.stringify(json ? cachedValue(key, entry) : cacheHeader(entry))}\n`;
        try {
          await writeOut(json || header ? text() : entry.value);
        } catch (error) {
          if (!isReaderGone(error)) throw error;
        }
      });
    });
}

function checkArgument(key: string, command: Command): void {
  try {
    checkKey(key);
  } catch (error) {
    command.error(`catchment: ${(error as Error).message}`, { exitCode: 2 });
  }
}
