export { type RecentlyUsed, type RecentlyUsedOptions, recentlyUsed } from './recently-used.ts';
