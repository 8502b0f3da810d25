export { type ApiKey, type ApiKeys, isApiKey, openApiKeys, type Scope, scopes } from './api-keys.ts';
export { sameSecret } from './same-secret.ts';
