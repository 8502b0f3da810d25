/** The version of Catchment, which all its packages have. */
export const version = '0.1.0';
