import type { Examples } from './examples.ts';

export interface StartedService {
  /** The URL of the gateway. */
  readonly url: string;
  /** Whether the gateway serves the page with the map. */
  readonly hasPage: boolean;
  /** The catalog's name for people. */
  readonly catalog: string;
  readonly examples: Examples;
  /** The user of the admin pages; undefined: they are switched off. */
  readonly adminUser: string | undefined;
  /** Settings that the service made by itself, for programs that are not started in its folder. */
  readonly made: Readonly<Record<string, string>>;
  /** The folder that is named for what it keeps (`SERVE_DIR`); undefined: that of the clone. */
  readonly folder?: string | undefined;
  /** Whether the cache, or the tallies, can be looked into from elsewhere. */
  readonly isShared: { readonly cache: boolean; readonly tallies: boolean };
}

/** The text with which a service starts: pages to open, commands to type, and its servers. */
export function startText(service: StartedService, width: number): string {
  const { url, hasPage, catalog, adminUser, made, folder } = service;
  const head = `Catchment serves ${catalog} on ${url}`;
  const pages = [
    ...(hasPage ? [`${url} (the map)`] : []),
    `${url}/api`,
    ...(adminUser === undefined ? [] : [`${url}/admin/queues (user ${adminUser})`]),
  ];
  const settings = Object.entries(made).map(([name, value]) => `  ${name}=${value}`);
  return [
    head.length <= width ? head : `Catchment serves ${catalog}\n  on ${url}`,
    '',
    'Open:',
    ...pages.map((page) => `  ${page}`),
    'Type, in another terminal, in this folder:',
    ...commandsFor(service).map((command) => `  npx catchment ${command}`),
    folder === undefined
      ? 'These commands find this service by themselves.'
      : `These commands find this service where SERVE_DIR is ${folder}, too.`,
    ...(settings.length > 0 ? ['Its servers, for other programs:', ...settings] : []),
    '',
    'Ctrl-C ends it.',
  ].join('\n');
}

/** Commands that work as they stand, each of its own kind. */
function commandsFor({ examples, isShared }: StartedService): string[] {
  const { area, operation = 'OPERATION', raster } = examples;
  const asked = `${quoted(area ?? 'area.geojson')} ${operation}`;
  return [
    `request ${asked}`,
    `count ${asked}`,
    'catalog ls',
    ...(isShared.cache
      ? [
          ...(area === undefined ? [] : [`warm ${area.slice(0, area.indexOf('/'))}`]),
          'cache stats',
          ...(raster === undefined ? [] : [`invalidate --raster ${raster} --dry-run`]),
        ]
      : []),
    ...(isShared.tallies && operation !== 'OPERATION' ? [`tally build ${operation}`] : []),
  ];
}

/** The text as a shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
