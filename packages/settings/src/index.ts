export { rasterCacheOf } from './raster-cache.ts';
export { readSettings, type Settings, SettingsError, type VariableName } from './read.ts';
export { secretsIn } from './secrets.ts';
export { variables } from './variables.ts';
export { version } from './version.ts';
