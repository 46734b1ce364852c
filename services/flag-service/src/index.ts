export { flagService } from './service.ts';
