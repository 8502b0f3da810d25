import type { Asked } from '../asked.ts';
import { words } from '../words.ts';
import type { Catalog } from './use-catalog.ts';

interface FurtherProps {
  readonly asked: Asked;
  readonly change: (part: Partial<Asked>) => void;
  readonly catalog: Pick<Catalog, 'operations' | 'operation'>;
}

/** Further operations, which are answered below the first. */
export function Further({ asked: { also }, change, catalog: { operations, operation } }: FurtherProps) {
  const others = operations.filter(({ id }) => id !== operation?.id);
  if (others.length === 0) return null;
  const toggle = (id: string) => change({ also: also.includes(id) ? also.filter((one) => one !== id) : [...also, id] });
  const chosen = others.filter(({ id }) => also.includes(id)).length;
  return (
    <details class="further">
      <summary>{words.further.title(chosen)}</summary>
      <ul>
        {others.map(({ id, title }) => (
          <li key={id}>
            <label class="check">
              <input type="checkbox" checked={also.includes(id)} onChange={() => toggle(id)} />
              {title}
            </label>
          </li>
        ))}
      </ul>
    </details>
  );
}
