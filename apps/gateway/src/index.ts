export { type GatewayConfig, readConfig } from './config.ts';
export { type RunningGateway, startGateway } from './gateway.ts';
export { hasPage } from './routes/page.ts';
