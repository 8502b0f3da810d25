export { type GatewayConfig, readConfig } from './config.ts';
export { type RunningGateway, startGateway } from './gateway.ts';
