import { serviceNames, type ServiceName } from '@stitchd/service-kit';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { programVersion } from './program-version.ts';
import { exitCodes } from './terminal/command-error.ts';
import { reportFailure } from './terminal/report-failure.ts';

const json = (): Option => new Option('--json', 'print the result as JSON on standard output').default(false);

const program = new Command('stitchd')
  .description('Self-hosted feature flags and experiments.')
  .version(programVersion)
  .showHelpAfterError('(stitchd --help lists the commands)')
  .exitOverride()
  .addHelpText(
    'after',
    `
Exit codes:
  0  done            2  wrong usage          4  data directory or port in use
  1  failed          3  wrong configuration  5  the product or a store does not answer

Every setting is an environment variable; the documentation lists them. Data lives in STITCHD_DATA_DIR (.stitchd).`,
  );

program
  .command('start')
  .description('run the whole product in this process, with embedded stores unless addresses of real ones are set')
  .option('--no-demo', 'do not make the demo project on the first start')
  .addOption(json())
  .action(async (options: { json: boolean; demo: boolean }) => (await import('./commands/start.ts')).start(options));

program
  .command('serve')
  .description('run one service as this process; it finds the others by STITCHD_<SERVICE>_ADDR')
  .argument('<service>', `one of ${serviceNames.join(', ')}`, parseServiceName)
  .action(async (name: ServiceName) => (await import('./commands/serve.ts')).serve(name));

program
  .command('stores')
  .description('run the two embedded stores alone, for services that run apart on this host')
  .addOption(json())
  .action(async (options: { json: boolean }) => (await import('./commands/stores.ts')).stores(options));

program
  .command('migrate')
  .description('bring the schemas of both stores up to date')
  .addOption(json())
  .action(async (options: { json: boolean }) => (await import('./commands/migrate.ts')).migrate(options));

program
  .command('rebuild-derived')
  .description('make links between keys and the rows of experiments anew from raw items; new data may come in meanwhile')
  .addOption(json())
  .action(async (options: { json: boolean }) => (await import('./commands/rebuild-derived.ts')).rebuildDerived(options));

const eventReplicas = program
  .command('event-replicas')
  .description('say which replicas of event-service may still hold items, and forget one that is gone for good');
eventReplicas
  .command('list', { isDefault: true })
  .description('each replica with its place and its last report; what is done where no command is named')
  .addOption(json())
  .action(async (options: { json: boolean }) => (await import('./commands/event-replicas.ts')).listEventReplicas(options));
eventReplicas
  .command('forget')
  .description('wait no longer for a replica that has said nothing for three minutes and whose spool is lost')
  .argument('<id>', 'as the list has it')
  .addOption(json())
  .addHelpText(
    'after',
    `
Results and erasures of all organisations stop waiting for the replica, and no result tells of it any more. What it had
accepted and not stored is in no result. Nothing is deleted: where its spool comes back after all, the next event-service
that starts on it stores what is there. Erasures that ended before that have to be asked for again.`,
  )
  .action(async (id: string, options: { json: boolean }) =>
    (await import('./commands/event-replicas.ts')).forgetEventReplica(id, options),
  );

program
  .command('seed')
  .description('make the first administrator, the operator token and the demo project in a product that runs apart')
  .option('--no-demo', 'only the administrator and the token')
  .option('--url <url>', 'where the gateway answers')
  .addOption(json())
  .action(async (options: { json: boolean; demo: boolean; url?: string }) => (await import('./commands/seed.ts')).seed(options));

program
  .command('doctor')
  .description('say what is wrong with versions, ports, disk, stores and clock')
  .addOption(json())
  .action(async (options: { json: boolean }) => (await import('./commands/doctor.ts')).doctor(options));

program
  .command('types')
  .description('write the keys, types, variants and values of flags as TypeScript, so that the compiler knows them')
  .option('--project <key>', 'the flags of a project, asked with an API token')
  .option('--sdk-key <key>', "the flags of a server key's environment (also STITCHD_SDK_KEY)")
  .option('--file <json>', 'the flags of a definitions document, without a server')
  .option('--out <file>', 'where to write; standard output where left out')
  .option('--check', 'write nothing, and fail where the file is not what would be written', false)
  .option('--no-augment', 'only export the interface, for programs with clients of several projects')
  .option('--url <url>', 'where the gateway answers')
  .option('--token <token>', 'an API token that may read the project (also STITCHD_TOKEN)')
  .action(async (options: import('./commands/flag-types.ts').FlagTypesOptions) =>
    (await import('./commands/flag-types.ts')).flagTypes(options),
  );

program
  .command('import')
  .description('bring past events or exposures from a CSV, JSON lines or Parquet file; begun again, it goes on where it was')
  .argument('<file>', 'its format follows from .csv, .tsv, .jsonl, .ndjson or .parquet')
  .option('--project <key>', 'with --environment: where to, by an API token of an admin')
  .option('--environment <key>')
  .option('--sdk-key <key>', 'instead: a server key that may send items of the past (also STITCHD_SDK_KEY)')
  .option('--format <format>', 'csv, jsonl or parquet, where the name does not say it')
  .option('--type <type>', 'what the rows are: event, exposure or identify (default: event)')
  .option(
    '--map <field=column>',
    'where a field comes from, such as context.user=customer or properties.items:number=count',
    gathered,
    [],
  )
  .option('--set <field=value>', 'a field that is the same in all rows, such as key=purchase', gathered, [])
  .option('--time-unit <unit>', 'of times that are numbers: milliseconds, seconds or microseconds')
  .option('--delimiter <character>', 'of CSV, such as ";" or "\\t"')
  .option('--again', 'import a file that was imported before', false)
  .option('--url <url>', 'where the gateway answers')
  .option('--token <token>', 'the API token (also STITCHD_TOKEN)')
  .addOption(json())
  .action(async (file: string, options: import('./commands/import-file.ts').ImportFileOptions) =>
    (await import('./commands/import-file.ts')).importFile(file, options),
  );

program
  .command('export')
  .description('write the events or exposures of a period, or the units of an experiment, into a CSV, JSON lines or Parquet file')
  .requiredOption('--project <key>')
  .requiredOption('--environment <key>')
  .option('--what <items>', 'events or exposures', 'events')
  .option('--from <time>', 'the first moment, such as 2026-01-31 or 2026-01-31T12:00:00Z')
  .option('--to <time>', 'the moment before which items happened')
  .option('--experiment <key>', 'its units and their values, as its results count them, instead of the items of a period')
  .option('--format <format>', 'csv, jsonl or parquet', 'csv')
  .option('--for-spreadsheets', 'mark texts in CSV that a spreadsheet would take for formulas', false)
  .option('--out <file>', 'where to write; standard output where left out. It has this name only when it is whole')
  .option('--url <url>', 'where the gateway answers')
  .option('--token <token>', 'an API token of an admin (also STITCHD_TOKEN)')
  .action(async (options: import('./commands/export-file.ts').ExportFileOptions) =>
    (await import('./commands/export-file.ts')).exportFile(options),
  );

program
  .command('recompute')
  .description('make the results of a downloaded bundle again, without any server, and compare every figure with the stored ones')
  .argument('<bundle.json>', 'as it was downloaded from the page of results, or by GET …/results/bundle')
  .addOption(json())
  .addHelpText(
    'after',
    `
Prints the figures of each metric and arm, as they are stored and as they come out now. They agree when they are the
same, numbers to twelve digits. The settings must still have their hash, and inputs and results their checksums.

Exit codes:
  0  everything agrees        1  something differs; it is named        2  the file can not be read as a bundle`,
  )
  .action(async (file: string, options: { json: boolean }) => (await import('./commands/recompute.ts')).recompute(file, options));

const demo = program.command('demo').description('run an experiment through the running product, over its public interfaces');
demo
  .command('cookie-cats')
  .description('the A/B test of the game Cookie Cats: 90,189 players from its data file, or players made up with a known effect')
  .option('--data <csv>', 'the data file; without it players are made up')
  .option('--players <number>', 'how many players to make up', parseCount, 20_000)
  .option('--url <url>', 'where the gateway answers')
  .option('--sync-url <url>', 'where FlagSync answers')
  .option('--token <token>', 'an API token of a role that may write (also STITCHD_TOKEN)')
  .addOption(json())
  .action(async (options: import('./commands/demo-cookie-cats.ts').CookieCatsOptions) =>
    (await import('./commands/demo-cookie-cats.ts')).demoCookieCats(options),
  );

function gathered(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

function parseServiceName(text: string): ServiceName {
  const name = serviceNames.find((each) => each === text);
  if (name === undefined) throw new InvalidArgumentError(`it must be one of ${serviceNames.join(', ')}.`);
  return name;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 100 || count > 1_000_000)
    throw new InvalidArgumentError('it must be a whole number from 100 to 1000000.');
  return count;
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCodes.OK : exitCodes.USAGE;
  else reportFailure(error, process.argv.includes('--json'));
}
