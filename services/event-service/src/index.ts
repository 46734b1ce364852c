export { eventService } from './service.ts';
