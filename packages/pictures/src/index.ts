export { type Colours, colorsOfClasses, coloursOf, type Ramp } from './colours.ts';
export { drawTile } from './draw-tile.ts';
export { type Look, lookAt } from './look.ts';
export { mostZoom, type TileAddress } from './tile-address.ts';
