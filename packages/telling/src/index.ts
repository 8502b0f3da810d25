export { errorsIn } from './errors-in.ts';
export { type Failure, failureText, publicMessageOf, readFailure } from './failure.ts';
export { secretHider } from './secret-hider.ts';
export { secretsInUrls } from './secrets-in-urls.ts';
export { withoutPassword } from './without-password.ts';
