import { describeTasks, tasks } from './tasks.ts';

const [name, ...args] = process.argv.slice(2);
const task = tasks.find((each) => each.name === name);

if (name === undefined || name === 'help' || name === '--help') {
  console.log(describeTasks());
} else if (task === undefined) {
  console.error(`There is no task ${name}.\n\n${describeTasks()}`);
  process.exitCode = 2;
} else {
  process.exitCode = await task.run(args);
}
