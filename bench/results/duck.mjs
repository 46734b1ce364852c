// DuckDB with the same items: users are integers, which it likes best.
import { DuckDBInstance } from '@duckdb/node-api';
import { actingUser, cents, exposedUser, isPurchase, startMs, timeMs, windowMs } from './data.mjs';

/** @param {string} file */
export async function openDuck(file) {
  const connection = await (await DuckDBInstance.create(file)).connect();
  await connection.run('CREATE TABLE exposure (id UBIGINT, usr BIGINT, arm TINYINT, ms BIGINT)');
  await connection.run('CREATE TABLE event (id UBIGINT, usr BIGINT, event VARCHAR, value DOUBLE, ms BIGINT)');
  const rows = async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJS();
  const results = (exposures, events, untilMs) =>
    rows(`WITH first AS (SELECT usr, arg_min(arm, ms) AS arm, min(ms) AS first_ms FROM ${exposures} WHERE ms < ${untilMs} GROUP BY usr),
      unit AS (
        SELECT first.usr, any_value(first.arm) AS arm,
          coalesce(sum(e.value) FILTER (event = 'purchase'), 0) AS revenue,
          count(*) FILTER (event = 'purchase') > 0 AS bought,
          count(*) FILTER (event = 'visit') AS visits
        FROM first LEFT JOIN ${events} AS e ON e.usr = first.usr AND e.ms >= first.first_ms AND e.ms < first.first_ms + ${windowMs}
        GROUP BY first.usr)
      SELECT arm::INTEGER AS arm, count(*)::DOUBLE AS units, count(*) FILTER (bought)::DOUBLE AS buyers, avg(revenue) AS mean, var_pop(revenue) AS variance, avg(visits) AS visits
      FROM unit GROUP BY arm ORDER BY arm`);
  return {
    async fill({ items, users, from = 0, until }) {
      const numbers = `range(${from}, ${until}) AS made(number)`;
      await connection.run(
        `INSERT INTO exposure SELECT hash(number), ${exposedUser(users)}, (${exposedUser(users)}) % 2, ${timeMs(items)} FROM ${numbers}`,
      );
      await connection.run(
        `INSERT INTO event SELECT hash(number + 1000000000), ${actingUser(users)}, if(${isPurchase}, 'purchase', 'visit'), if(${isPurchase}, (${cents}) / 100.0, 0), ${timeMs(items)} FROM ${numbers}`,
      );
      await connection.run('CHECKPOINT');
    },
    results: (untilMs) => results(`(SELECT * FROM exposure WHERE ms >= ${startMs})`, 'event', untilMs),
    distinctResults: (untilMs) =>
      results(
        'exposure',
        '(SELECT id, any_value(usr) AS usr, any_value(event) AS event, any_value(value) AS value, any_value(ms) AS ms FROM event GROUP BY id)',
        untilMs,
      ),
  };
}
