export { segmentationService } from './service.ts';
