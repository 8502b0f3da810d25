export { type Client, createClient, GatewayError, type PollOptions } from './client.ts';
export { Link, StatusDocument } from './documents.ts';
