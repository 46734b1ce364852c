export { eventService } from './service.ts';
export { erasureLimits } from './erasure/erasure-limits.ts';
