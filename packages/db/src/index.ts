export { createDatabase, type Database, type Tx } from './postgres/index.ts';
