import { loadCatalog } from '@cellshed/catalog';
import { Command } from 'commander';
import type { CatalogList } from '../json-documents.ts';
import { catalogPath } from '../options/catalog-path.ts';
import { catalogOption } from '../options/serving-options.ts';
import { catalogListText, listOf } from '../text/catalog-list-text.ts';

interface ListOptions {
  readonly catalog?: string;
  readonly json?: boolean;
}

/** `catchment catalog ls`: what can be asked, by its names. */
export function catalogLsCommand(): Command {
  return catalogOption(new Command('ls'))
    .description('list what can be asked: area tables, operations with their parameters, and rasters')
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  catchment catalog ls\n  catchment catalog ls --json | jq .operations')
    .action(async ({ catalog: file, json }: ListOptions) => {
      const list: CatalogList = listOf(await loadCatalog(catalogPath(file, process.env), { withoutFiles: true }));
      console.log(json ? JSON.stringify(list) : catalogListText(list, process.stdout.columns ?? 100));
    });
}
