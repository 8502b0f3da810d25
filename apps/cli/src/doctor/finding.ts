import Type, { type Static } from 'typebox';

const closed = { additionalProperties: false } as const;
const text = Type.String();

/** The finding of a check. */
export const Finding = Type.Object(
  {
    check: Type.Enum(['settings', 'machine', 'redis', 'stores', 'rasters', 'tables']),
    /** The thing that was looked at. */
    subject: text,
    /** `wrong`: it does not work, or will not; `doubtful`: it may be meant so. */
    state: Type.Enum(['well', 'doubtful', 'wrong']),
    found: text,
    /** The advice; `null`: there is nothing to do. */
    advice: Type.Union([text, Type.Null()]),
    /** A command that does it, if there is one. */
    command: Type.Union([text, Type.Null()]),
  },
  closed,
);
export type Finding = Static<typeof Finding>;
export type CheckName = Finding['check'];

/** All that was checked, and how much of it is wrong or doubtful. */
export const DoctorDocument = Type.Object(
  {
    wrong: Type.Integer(),
    doubtful: Type.Integer(),
    findings: Type.Immutable(Type.Array(Finding)),
  },
  closed,
);
export type DoctorDocument = Static<typeof DoctorDocument>;

interface Remedy {
  readonly advice?: string;
  readonly command?: string;
}

/** Makes the findings of one check. */
export function findingsOf(check: CheckName) {
  const finding =
    (state: Finding['state']) =>
    (subject: string, found: string, { advice, command }: Remedy = {}): Finding => ({
      ...{ check, subject, state, found },
      ...{ advice: advice ?? null, command: command ?? null },
    });
  return { well: finding('well'), doubtful: finding('doubtful'), wrong: finding('wrong') };
}
