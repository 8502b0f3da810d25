export * from './budget.ts';
export * from './json-shape.ts';
