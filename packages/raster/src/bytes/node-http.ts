/**
 * Node's clients for HTTP, which are loaded for the first raster on a server. An `import` of them
 * also loads Node's `fetch` and `WebSocket`, whose names they export: 50 ms of CPU.
 */
export const http = () => process.getBuiltinModule('node:http');
export const https = () => process.getBuiltinModule('node:https');
