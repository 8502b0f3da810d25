import { AreaSearch } from '../ask/area-search.tsx';
import type { Catalog } from '../ask/use-catalog.ts';
import { type Asked, units } from '../asked.ts';
import { words } from '../words.ts';

interface OptionsProps {
  readonly asked: Asked;
  readonly change: (part: Partial<Asked>) => void;
  readonly catalog: Catalog;
}

/** The choices of how the answer is shown, and of what stands beside it. */
export function Options({ asked, change, catalog }: OptionsProps) {
  const { answer, unit: unitWords, overYears } = words;
  const isWellKnown = asked.area !== undefined;
  return (
    <div class="options">
      <fieldset class="units">
        <legend class="unseen">{unitWords.label}</legend>
        {units.map((unit) => (
          <label key={unit}>
            <input type="radio" name="unit" checked={asked.unit === unit} onChange={() => change({ unit })} />
            <span>{unitWords[unit]}</span>
          </label>
        ))}
      </fieldset>
      {isWellKnown && (
        <label class="check">
          <input type="checkbox" checked={asked.upstream} onChange={() => change({ upstream: !asked.upstream })} />
          {answer.upstream}
        </label>
      )}
      {(catalog.parameters.length === 1 ? catalog.parameters : [])
        .filter(({ values }) => values.length > 2)
        .map(({ name, title }) => (
          <label class="check" key={name}>
            <input
              type="checkbox"
              checked={asked.every === name}
              onChange={() => change({ every: asked.every === name ? undefined : name })}
            />
            {overYears(title)}
          </label>
        ))}
      {isWellKnown && !asked.beside && (
        <details class="compare" onToggle={(event) => change({ beside: event.currentTarget.open ? '' : undefined })}>
          <summary>{answer.compare}</summary>
          <p class="hint">{answer.compareHint}</p>
          <AreaSearch tables={catalog.tables} label={answer.compare} onPick={(beside) => change({ beside })} />
        </details>
      )}
      {asked.beside && (
        <button type="button" class="quiet" onClick={() => change({ beside: undefined })}>
          {answer.stopComparing}
        </button>
      )}
    </div>
  );
}
