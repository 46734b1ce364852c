export { tasks, type Task } from './tasks.ts';
