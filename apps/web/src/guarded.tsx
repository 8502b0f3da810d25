import type { ComponentChildren } from 'preact';
import { useEffect, useErrorBoundary } from 'preact/hooks';
import { words } from './words.ts';

interface GuardedProps {
  /** The value on which the contents depend: when it changes, they are tried again. */
  readonly of: unknown;
  /** Leaves what cannot be shown. */
  readonly leave: () => void;
  readonly children: ComponentChildren;
}

/** A part of the page whose faults leave the others alone: a sentence, and a way back. */
export function Guarded({ of, leave, children }: GuardedProps) {
  const [fault, reset] = useErrorBoundary((error: Error) => console.warn(error));
  useEffect(() => {
    if (fault) reset();
  }, [of]);
  if (!fault) return <>{children}</>;
  return (
    <div class="note">
      <p class="problem" role="alert">
        {words.fault.text}
      </p>
      <button type="button" onClick={leave}>
        {words.fault.leave}
      </button>
    </div>
  );
}
