export { allServices } from './all-services.ts';
export { startTogether, type Product } from './together.ts';
