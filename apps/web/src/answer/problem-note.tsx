import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../ask/problem.ts';
import { words } from '../words.ts';

/** A problem and its remedy, with a way to try again: not before the service allows it. */
export function ProblemNote({ problem, retry }: { readonly problem: Problem; readonly retry?: () => void }) {
  const seconds = useSecondsLeft(problem);
  return (
    <div class="note">
      <p class="problem" role="alert">
        {problem.text}
      </p>
      {retry && !problem.isFinal && (
        <button type="button" disabled={seconds > 0} onClick={retry}>
          {seconds > 0 ? words.againIn(seconds) : words.again}
        </button>
      )}
    </div>
  );
}

/** The seconds until the same may be asked again. */
function useSecondsLeft(problem: Problem): number {
  const { retryAfterSeconds = 0 } = problem;
  const [left, setLeft] = useState(retryAfterSeconds);
  useEffect(() => {
    const end = performance.now() + 1000 * retryAfterSeconds;
    const look = () => setLeft(Math.max(0, Math.ceil((end - performance.now()) / 1000)));
    look();
    const timer = setInterval(look, 1000);
    return () => clearInterval(timer);
  }, [problem]);
  return left;
}
