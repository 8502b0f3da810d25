import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { client } from '../api.ts';
import { words } from '../words.ts';
import type { Table } from './use-catalog.ts';

export interface FoundArea {
  /** `table/id`. */
  readonly area: string;
  readonly name: string;
  readonly id: string;
  readonly table: string;
}

const mostOfTable = 8;
const pauseMilliseconds = 150;

/** Finds areas by the beginning of a code, or by a part of a name. */
async function findAreas(text: string, tables: readonly Table[], signal: AbortSignal): Promise<readonly FoundArea[]> {
  const found = tables.map(async ({ id: table, title }) => {
    const { features } = await client.areas(table, { q: text, limit: mostOfTable }, { signal });
    return features.map(({ id, properties }) => {
      return { area: `${table}/${id}`, id, name: String(properties.name ?? id), table: title };
    });
  });
  return (await Promise.all(found)).flat();
}

/** A field that finds an area of a table, with a list that is used by keyboard or pointer. */
export function AreaSearch({
  tables,
  label,
  onPick,
}: {
  tables: readonly Table[];
  label: string;
  onPick(area: string): void;
}) {
  const [text, setText] = useState('');
  const [found, setFound] = useState<readonly FoundArea[]>();
  const [active, setActive] = useState(0);
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (text.trim() === '') return setFound(undefined);
    const aborting = new AbortController();
    const timer = setTimeout(() => {
      findAreas(text.trim(), tables, aborting.signal).then(
        (areas) => {
          setFound(areas);
          setActive(0);
        },
        () => undefined,
      );
    }, pauseMilliseconds);
    return () => {
      clearTimeout(timer);
      aborting.abort();
    };
  }, [text, tables]);
  const pick = (area: FoundArea | undefined) => {
    if (!area) return;
    setText('');
    setFound(undefined);
    onPick(area.area);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const count = found?.length ?? 0;
    if (event.key === 'Escape') setFound(undefined);
    else if (event.key === 'Enter') pick(found?.[active]);
    else if (event.key === 'ArrowDown' && count > 0) setActive((active + 1) % count);
    else if (event.key === 'ArrowUp' && count > 0) setActive((active + count - 1) % count);
    else return;
    event.preventDefault();
  };
  const isOpen = found !== undefined;
  return (
    <div class="search">
      <input
        ref={field}
        type="text"
        role="combobox"
        list={undefined}
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && found.length > 0 ? `${id}-${active}` : undefined}
        placeholder={words.find.placeholder}
        autocomplete="off"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={label} hidden={!isOpen || found.length === 0}>
        {found?.map((area, index) => (
          <li
            id={`${id}-${index}`}
            key={area.area}
            role="option"
            aria-selected={index === active}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => pick(area)}
          >
            <span>{area.name}</span>
            <small>
              {area.id} · {area.table}
            </small>
          </li>
        ))}
      </ul>
      <p class="hint" role="status">
        {isOpen &&
          (found.length === 0 ? words.find.none(text) : <span class="unseen">{words.find.found(found.length)}</span>)}
      </p>
    </div>
  );
}
