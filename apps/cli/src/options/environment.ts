import { findService, settingsOfService } from '../service/running-service.ts';
import { serveFolder } from '../service/serve-folder.ts';
import { envFileSettings } from './env-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Commands that are a service of their own. */
const serving = ['serve', 'demo'];

/** Commands that work beside a service, on nothing but its catalog. */
const onCatalogAlone = ['count', 'table', 'precompute', 'catalog'];

/**
 * The settings that a command's environment lacks: first those of `.env`, then those of a
 * `catchment serve` that runs from the same folder. So whoever has typed `npm start` in one
 * terminal needs to type no URL in another.
 */
export async function missingSettings(command: string, env: Environment): Promise<Record<string, string>> {
  const fromFile = envFileSettings(env);
  if (serving.includes(command)) return fromFile;
  const given = { ...fromFile, ...env };
  const service = await findService(serveFolder(given));
  const { CATCHMENT_CATALOG, ...urls } = service ? settingsOfService(service, given) : {};
  return {
    ...fromFile,
    ...(CATCHMENT_CATALOG !== undefined && { CATCHMENT_CATALOG }),
    ...(!onCatalogAlone.includes(command) && urls),
  };
}
