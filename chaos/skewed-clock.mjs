// Preloaded into a process (`--import`), it sets its clock off: CHAOS_CLOCK_SECONDS from now, from
// CHAOS_CLOCK_AFTER_SECONDS on.
const off = 1000 * Number(process.env.CHAOS_CLOCK_SECONDS ?? 0);
const { now } = Date;
const from = now() + 1000 * Number(process.env.CHAOS_CLOCK_AFTER_SECONDS ?? 0);
Date.now = () => {
  const right = now();
  return right < from ? right : right + off;
};
