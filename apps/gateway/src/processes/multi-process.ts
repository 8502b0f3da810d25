/** The process that does several operations on several areas in one pass. */
export const multiProcess = 'multi';
