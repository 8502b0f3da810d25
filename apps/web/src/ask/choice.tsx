import type { ComponentChildren } from 'preact';

/** A value of a choice, its text, and whether it cannot be chosen now. */
export type ChoiceOption = readonly [value: string, text: string, isTaken?: boolean];

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly ChoiceOption[];
  readonly onChange: (value: string) => void;
  /** A picture beside each option, where the browser can show one. */
  readonly pictureOf?: (value: string) => ComponentChildren;
}

/** A word of a sentence that opens a list. */
export function Choice({ label, value, options, onChange, pictureOf }: ChoiceProps) {
  return (
    <select class="word" aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {options.map(([one, text, isTaken = false]) => (
        <option key={one} value={one} disabled={isTaken && one !== value}>
          {pictureOf?.(one)}
          {text}
        </option>
      ))}
    </select>
  );
}
