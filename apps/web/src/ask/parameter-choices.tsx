import type { MappedRaster } from '../api.ts';
import type { Asked } from '../asked.ts';
import { isTaken, type Parameter } from '../operations.ts';
import { words } from '../words.ts';
import { isYears, valueTitle } from '../years.ts';
import { Choice } from './choice.tsx';

interface ParameterChoicesProps {
  readonly parameters: readonly Parameter[];
  /** The value of each parameter. */
  readonly values: Readonly<Record<string, string>>;
  readonly mapped: readonly MappedRaster[];
  /** Receives the parameter that is chosen anew. */
  readonly choose: (choice: Asked['choices']) => void;
}

/** The parameters of an operation as words of its sentence: in 2021, from 2001 to 2021. */
export function ParameterChoices({ parameters, values, mapped, choose }: ParameterChoicesProps) {
  return (
    <>
      {parameters.map(({ name, title, values: all }) => (
        <span key={name}>
          , {isYears(all) && parameters.length === 1 ? words.sentence.in : title.toLowerCase()}{' '}
          <Choice
            label={title}
            value={values[name] ?? ''}
            options={all.map((value) => [value, valueTitle(value), isTaken(value, { name, values, rasters: mapped })])}
            onChange={(value) => choose({ [name]: value })}
          />
        </span>
      ))}
    </>
  );
}
