/** What opens data sets in a browser, in one piece that is fetched when a run begins. */
export { browserCache } from '../../data/cache.ts';
export { openImageSet } from '../../data/registry.ts';
export { decodeSheet, openSprites } from '../../data/sprites.ts';
