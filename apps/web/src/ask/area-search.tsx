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

interface Found {
  readonly areas: readonly FoundArea[];
  /** How many there are; not all are listed. */
  readonly matched: number;
}

const mostOfTable = 8;
const pauseMilliseconds = 150;

interface Search {
  readonly tables: readonly Table[];
  /** An area that is not to be found. */
  readonly without: string | undefined;
}

/** Finds areas by the beginning of a code, or by a part of a name. */
async function findAreas(text: string, { tables, without }: Search, signal: AbortSignal): Promise<Found> {
  const pages = await Promise.all(
    tables.map(async ({ id: table, title }) => {
      const page = await client.areas(table, { q: text, limit: mostOfTable }, { signal });
      const areas = page.features.map(({ id, properties }) => {
        return { area: `${table}/${id}`, id, name: String(properties.name ?? id), table: title };
      });
      return { areas, matched: page.numberMatched };
    }),
  );
  const areas = pages.flatMap((page) => page.areas);
  const others = areas.filter(({ area }) => area !== without);
  return {
    areas: others,
    matched: pages.reduce((sum, { matched }) => sum + matched, 0) - (areas.length - others.length),
  };
}

interface AreaSearchProps extends Search {
  readonly label: string;
  readonly placeholder: string;
  /** Whether the field is what somebody has asked for: it has the focus. */
  readonly isWanted: boolean;
  readonly onPick: (area: string) => void;
}

/** A field that finds an area of a table, with a list that is used by keyboard or pointer. */
export function AreaSearch({ tables, without, label, placeholder, isWanted, onPick }: AreaSearchProps) {
  const [text, setText] = useState('');
  const [found, setFound] = useState<Found>();
  const [active, setActive] = useState(0);
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isWanted) field.current?.focus();
  }, [isWanted]);
  useEffect(() => {
    if (text.trim() === '') return setFound(undefined);
    const aborting = new AbortController();
    const timer = setTimeout(() => {
      findAreas(text.trim(), { tables, without }, aborting.signal).then(
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
  }, [text, tables, without]);
  const { areas = [], matched = 0 } = found ?? {};
  const leave = () => {
    setText('');
    setFound(undefined);
  };
  const pick = (area: FoundArea | undefined) => {
    if (!area) return;
    leave();
    onPick(area.area);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { length } = areas;
    if (event.key === 'Escape') leave();
    else if (event.key === 'Enter') pick(areas[active]);
    else if (event.key === 'ArrowDown' && length > 0) setActive((active + 1) % length);
    else if (event.key === 'ArrowUp' && length > 0) setActive((active + length - 1) % length);
    else return;
    event.preventDefault();
  };
  const isOpen = areas.length > 0;
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
        aria-activedescendant={isOpen ? `${id}-${active}` : undefined}
        placeholder={placeholder}
        autocomplete="off"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={() => setFound(undefined)}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={label} hidden={!isOpen}>
        {areas.map((area, index) => (
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
        {matched > areas.length && (
          <li role="presentation" class="more">
            {words.find.more(matched - areas.length)}
          </li>
        )}
      </ul>
      <p class="hint" role="status">
        {found && (isOpen ? <span class="unseen">{words.find.found(matched)}</span> : words.find.none(text.trim()))}
      </p>
    </div>
  );
}
