import { ParameterChoices } from '../ask/parameter-choices.tsx';
import type { Catalog } from '../ask/use-catalog.ts';
import type { Questioning } from '../ask/use-question.ts';
import type { Asked, Unit } from '../asked.ts';
import { words } from '../words.ts';
import type { FillOf } from './document.ts';
import { OneAnswer } from './one-answer.tsx';

interface FurtherProps extends Pick<Questioning, 'further'> {
  readonly asked: Asked;
  readonly change: (part: Partial<Asked>) => void;
  readonly catalog: Pick<Catalog, 'operations' | 'operation' | 'mapped'>;
  readonly unit: Unit;
  readonly fillOf: FillOf;
  readonly retry: () => void;
}

/** Further operations on the same area: which ones, and their answers. */
export function Further({ asked, change, catalog, further, unit, fillOf, retry }: FurtherProps) {
  const { also } = asked;
  const others = catalog.operations.filter(({ id }) => id !== catalog.operation?.id);
  if (others.length === 0) return null;
  const toggle = (id: string) => change({ also: also.includes(id) ? also.filter((one) => one !== id) : [...also, id] });
  const chosen = others.filter(({ id }) => also.includes(id)).length;
  return (
    <section class="further" aria-label={words.further.title(0)}>
      <details>
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
      {further?.operations.map(({ id, title }, index) => {
        const { answering, cancel } = further;
        const answered = answering.answered?.[index];
        // One request has all of them: its progress and its problem are said once.
        if (index > 0 && !answered) return null;
        const heading = (
          <>
            {title}
            {answered?.chosen && (
              <ParameterChoices
                {...answered.chosen}
                mapped={catalog.mapped}
                choose={(choice) => change({ choices: { ...asked.choices, ...choice } })}
              />
            )}
          </>
        );
        return (
          <OneAnswer
            {...{ unit, fillOf, cancel, retry, heading }}
            key={id}
            answering={{ ...answering, answered }}
            name={title}
            hasTable
          />
        );
      })}
    </section>
  );
}
