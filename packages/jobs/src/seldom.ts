/** The time for which an error is not reported again. */
const quietMilliseconds = 60_000;
const mostRemembered = 100;

/**
 * Reports errors, but those with the same message only once a minute. A server that is away is
 * asked again several times a second, over every connection.
 */
export function seldom(
  tell: (error: Error) => void,
  now: () => number = () => performance.now(),
): (error: Error) => void {
  const toldAt = new Map<string, number>();
  return (error) => {
    const { message } = error;
    const before = toldAt.get(message);
    if (before !== undefined && now() - before < quietMilliseconds) return;
    if (toldAt.size >= mostRemembered) toldAt.clear();
    toldAt.set(message, now());
    tell(error);
  };
}
