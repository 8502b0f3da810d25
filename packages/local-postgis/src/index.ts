export { findPostgis, type PostgisPrograms, type PostgisSearch } from './find.ts';
export { type PostgisOptions, type PrivatePostgis, startPostgis } from './local-postgis.ts';
export { type PostgisForTests, postgisForTests } from './postgis-for-tests.ts';
