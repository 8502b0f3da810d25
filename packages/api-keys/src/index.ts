export { type ApiKey, type ApiKeys, isApiKey, openApiKeys, type Scope, scopes } from './api-keys.ts';
