import { useEffect, useState } from 'preact/hooks';
import { areasAbove, isInStream, type LinkedArea, linkedAreas } from '../ask/area-links.ts';
import type { KnownArea } from '../ask/use-area.ts';
import { words } from '../words.ts';

interface StreamProps {
  readonly area: KnownArea;
  readonly hasUpstream: boolean;
  readonly pick: (area: string) => void;
  readonly showUpstream: () => void;
}

/** The way of the water: what an area drains into, what drains into it, and all that lies above. */
export function Stream({ area, hasUpstream, pick, showUpstream }: StreamProps) {
  const [above, setAbove] = useState<{ readonly of: KnownArea; readonly areas: readonly LinkedArea[] }>();
  useEffect(() => {
    if (!isInStream(area)) return;
    const aborting = new AbortController();
    areasAbove(area, aborting.signal).then(
      (areas) => setAbove({ of: area, areas }),
      () => undefined,
    );
    return () => aborting.abort('another area');
  }, [area]);
  if (!isInStream(area)) return null;
  const { stream } = words;
  const [below] = linkedAreas(area, 'downstream');
  const receives = above?.of === area ? above.areas : undefined;
  const link = ({ area: other, name }: LinkedArea) => (
    <button type="button" class="quiet inline" key={other} onClick={() => pick(other)}>
      {name}
    </button>
  );
  return (
    <section class="stream" aria-label={stream.heading}>
      <h2>{stream.heading}</h2>
      <p>
        {below ? (
          <>
            {stream.into} {link(below)}.
          </>
        ) : (
          stream.outlet
        )}
      </p>
      {receives && receives.length === 0 && <p>{stream.spring}</p>}
      {receives && receives.length > 0 && (
        <p>
          {stream.receives} {receives.map((one, index) => [index > 0 && ', ', link(one)])}.{' '}
          {!hasUpstream && (
            <button type="button" class="quiet inline screen" onClick={showUpstream}>
              {words.answer.upstream}
            </button>
          )}
        </p>
      )}
    </section>
  );
}
