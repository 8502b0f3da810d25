/**
 * Node's clients for HTTP. An `import` of them also loads Node's `fetch` and `WebSocket`, whose
 * names they export: 50 ms of CPU in each process and thread that reads rasters.
 */
export const http = process.getBuiltinModule('node:http');
export const https = process.getBuiltinModule('node:https');
