import type { Catalog } from '../ask/use-catalog.ts';
import { type Asked, units } from '../asked.ts';
import { words } from '../words.ts';

interface OptionsProps {
  readonly asked: Asked;
  readonly change: (part: Partial<Asked>) => void;
  readonly catalog: Pick<Catalog, 'parameters'>;
}

/** The choices of how the answer is shown, and of what stands beside it. */
export function Options({ asked, change, catalog }: OptionsProps) {
  const { answer, unit: unitWords, overYears } = words;
  const isComparing = asked.beside !== undefined || asked.besideDrawn !== undefined;
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
      {asked.area !== undefined && (
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
      <button
        type="button"
        class="quiet"
        onClick={() => change({ beside: isComparing ? undefined : '', besideDrawn: undefined })}
      >
        {isComparing ? answer.stopComparing : answer.compare}
      </button>
    </div>
  );
}
