import { directories } from './directory-recipes.ts';
import { grids } from './grid-recipes.ts';
import { masks } from './mask-recipes.ts';
import { nodataTags } from './nodata-recipes.ts';
import type { Recipe } from './recipe.ts';
import { samples } from './sample-recipes.ts';
import { sidecars } from './sidecar-recipes.ts';
import { stored } from './storage-recipes.ts';

export const recipes: Readonly<Record<string, Recipe>> = {
  ...nodataTags,
  ...stored,
  ...grids,
  ...samples,
  ...masks,
  ...sidecars,
  ...directories,
};
