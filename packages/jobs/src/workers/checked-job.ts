import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { Value } from 'typebox/value';
import { type JobName, jobs } from '../jobs.ts';
import { PermanentFailure } from './permanent-failure.ts';

/** Thrown for a job whose data do not fit its contract: no retry can cure that. */
class UnfitData extends PermanentFailure {
  override get publicMessage(): string {
    return 'this request was left by another version of the service, which this one does not understand: ask again';
  }
}

/** A job as it stands in its queue. */
export interface LeftJob {
  readonly name: string;
  readonly data: unknown;
}

/**
 * A job in the form of this version. Throws a permanent failure that names the job, the member and
 * what was expected, when it has another form.
 */
export function checkedJob({ name, data }: LeftJob): { readonly name: JobName; readonly data: unknown } {
  if (!Object.hasOwn(jobs, name)) {
    throw new UnfitData(`no job is called ${JSON.stringify(name)}, expected one of ${Object.keys(jobs).join(', ')}`);
  }
  const schema: TSchema = jobs[name as JobName].data;
  if (validatorOf(name as JobName).Check(data)) return { name: name as JobName, data };
  throw new UnfitData(`the data of a ${name} job do not fit: ${misfitIn(schema, data)}`);
}

/** The misfit that lies deepest: of the alternatives of a union it is in the one that was meant. */
function misfitIn(schema: TSchema, data: unknown): string {
  const errors = [...Value.Errors(schema, data)].map(({ instancePath, message }) => {
    return { path: instancePath.split('/').slice(1), message };
  });
  const [{ path, message } = { path: [], message: 'does not fit' }] = errors.toSorted(
    (a, b) => b.path.length - a.path.length,
  );
  const is = JSON.stringify(path.reduce(memberOf, data)) ?? 'missing';
  const expected = message.replace(/^must be /, 'expected ').replace(/^must /, 'expected to ');
  return `${['data', ...path].join('.')} is ${is.length > 100 ? `${is.slice(0, 100)}…` : is}, ${expected}`;
}

function memberOf(value: unknown, member: string): unknown {
  return (value as Readonly<Record<string, unknown>> | undefined)?.[member];
}

const validators = new Map<JobName, Validator>();

/** The compiled check of a kind: requests for thousands are checked in milliseconds with it. */
function validatorOf(name: JobName): Validator {
  const validator = validators.get(name) ?? Compile(jobs[name].data as TSchema);
  validators.set(name, validator as Validator);
  return validator as Validator;
}
