import {
  createClient,
  type LandingPage,
  type MappedRaster,
  type ProcessDescription,
  type RasterDocument,
  type StatusDocument,
  type TableFormat,
} from '@cellshed/client';

/** Replaced when the page is built; '' for the server that sends the page. */
declare const CATCHMENT_URL: string;

/** The service: the one that has sent this page, or another that the page was built for. */
export const base = new URL(CATCHMENT_URL || '.', document.baseURI).href;

export const client = createClient(base);
export type { LandingPage, MappedRaster, ProcessDescription, RasterDocument, StatusDocument, TableFormat };
