import { type ApiKeys, openApiKeys, type Scope, scopes } from '@cellshed/api-keys';
import { openQueueing } from '@cellshed/jobs';
import { readSettings } from '@cellshed/settings';
import { Command, Option } from 'commander';
import { minuteText } from '../text/figures.ts';
import { textColumns } from '../text/text-columns.ts';

/** `catchment key`: who may use the API. */
export function keyCommand(): Command {
  const command = new Command('key').description('make, list and revoke keys of the API: make, ls, revoke');
  for (const one of [makeCommand, lsCommand, revokeCommand]) command.addCommand(one().exitOverride());
  return command;
}

function makeCommand(): Command {
  return new Command('make')
    .description('make a key and print it, this once: only its hash is kept')
    .argument('<name>', 'whose it is, or what for')
    .addOption(
      new Option('--scope <scope>', 'what it may do; each scope includes those before it')
        .choices(scopes)
        .default('execute'),
    )
    .option('--json', 'print the key and its id as JSON')
    .addHelpText(
      'after',
      '\nIt works at once, in all gateways of the queue (QUEUE_REDIS_URL, QUEUE_PREFIX).\n\nExample:\n  catchment key make "map of the county" --scope execute',
    )
    .action(async (name: string, { scope, json }: { readonly scope: Scope; readonly json?: boolean }) => {
      const { key, id } = await withKeys((keys) => keys.make({ name, scope }));
      if (json) return console.log(JSON.stringify({ id, name, scope, key }));
      console.log(key);
      console.error(`It may ${scope === 'admin' ? 'do everything' : scope}. It ends with: catchment key revoke ${id}`);
    });
}

function lsCommand(): Command {
  return new Command('ls')
    .description('list the keys that there are, the oldest first')
    .option('--json', 'print a line of JSON for each')
    .addHelpText('after', '\nExample:\n  catchment key ls')
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const all = await withKeys((keys) => keys.list());
      if (json)
        for (const one of all)
          console.log(JSON.stringify({ ...one, createdAt: new Date(one.createdAt).toISOString() }));
      else if (all.length === 0) console.log('There are no keys.');
      else console.log(tableOf(all, process.stdout.columns ?? Number.POSITIVE_INFINITY));
    });
}

function revokeCommand(): Command {
  return new Command('revoke')
    .description('end a key, at once and in all gateways')
    .argument('<id>', 'of the key, as `catchment key ls` has it')
    .option('--json', 'print the id of the key as JSON')
    .addHelpText('after', '\nExample:\n  catchment key revoke 5f1c0a93b2e4')
    .action(async (id: string, { json }: { readonly json?: boolean }) => {
      const isRevoked = await withKeys((keys) => keys.revoke(id));
      if (!isRevoked) throw new Error(`there is no key ${id}; \`catchment key ls\` lists those there are`);
      console.log(json ? JSON.stringify({ id, revoked: true }) : `Key ${id} is revoked.`);
    });
}

function tableOf(all: Awaited<ReturnType<ApiKeys['list']>>, width: number): string {
  const rows = all.map(({ id, name, scope, createdAt }) => [
    name,
    id,
    scope,
    minuteText(new Date(createdAt).toISOString()),
  ]);
  return textColumns([['name', 'id', 'scope', 'made (UTC)'], ...rows], { names: 1, width }).join('\n');
}

async function withKeys<Result>(work: (keys: ApiKeys) => Promise<Result>): Promise<Result> {
  const settings = readSettings(process.env, ['QUEUE_REDIS_URL', 'QUEUE_PREFIX', 'JOB_RETENTION_SECONDS']);
  await using queueing = await openQueueing(settings, { onError: () => undefined });
  const { redis, key } = queueing.queues;
  return await work(openApiKeys(redis, key('api-keys')));
}
