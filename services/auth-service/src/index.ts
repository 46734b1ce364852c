export { authService } from './service.ts';
export { authSettings } from './settings.ts';
