export { errorsIn } from './errors-in.ts';
export { type Failure, failureText, publicMessageOf, readFailure } from './failure.ts';
export { withoutPassword } from './without-password.ts';
