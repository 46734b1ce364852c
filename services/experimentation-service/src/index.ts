export { experimentationService } from './service.ts';
