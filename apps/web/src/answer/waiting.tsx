import type { StatusDocument } from '../api.ts';
import { words } from '../words.ts';
import { secondsLeft } from './seconds-left.ts';

/** How far the job is, which a screen reader says, and the way to stop it. */
export function Waiting({ status, cancel }: { status: StatusDocument | undefined; cancel(): void }) {
  const { tiles, waitsFor } = status ?? {};
  const { waiting } = words;
  const text = waitsFor
    ? waiting.nobody
    : tiles && tiles.planned > 0
      ? waiting.counting(tiles.done, tiles.planned, status && secondsLeft(status))
      : status?.status === 'accepted'
        ? waiting.queued
        : waiting.computing;
  return (
    <div class="waiting">
      <p role="status">{text}</p>
      <progress
        {...(tiles && tiles.planned > 0 ? { value: tiles.done, max: tiles.planned } : {})}
        aria-label={waiting.computing}
      />
      <button type="button" onClick={cancel}>
        {waiting.cancel}
      </button>
    </div>
  );
}
