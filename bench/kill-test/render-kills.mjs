import { renderTable } from '../frame/render-section.mjs';

/**
 * @param {{
 *   machine: string, kills: number, seed: number, seconds: number,
 *   done: { service: number, engine: number, both: number, inRecovery: number },
 *   counts: { batches: number, attempts: number, unanswered: number, refused: number, repeated: number },
 *   found: { stored: number, counted: number, missing: number, strange: number, twice: number, rows: number },
 * }} run
 */
export function renderKills({ machine, kills, seed, seconds, done, counts, found }) {
  return [
    '## Kills: nothing accepted is lost, nothing is counted twice',
    `${machine}; \`npm run x -- kill-test --kills ${kills} --seed ${seed}\`, ${seconds.toFixed(0)} s.`,
    `\`kill -9\` ${kills} times while four clients send batches of 50 and repeat each until it is acknowledged: event-service ${done.service} times, ClickHouse ${done.engine}, both at once ${done.both}; ${done.inRecovery} of them before anything had been accepted again since the one before.`,
    renderTable([
      ['what', 'count'],
      ['batches acknowledged', String(counts.batches)],
      ['attempts to send them', String(counts.attempts)],
      ['attempts that nobody answered', String(counts.unanswered)],
      ['attempts refused with 429, 503 or 504', String(counts.refused)],
      ['items that came again after they had been accepted', String(counts.repeated)],
      ['items acknowledged', String(counts.batches * 50)],
      ['items in ClickHouse by id', String(found.stored)],
      ['items that a count over REST gives', String(found.counted)],
      ['acknowledged and not there', `**${found.missing}**`],
      ['there and never acknowledged', `**${found.strange}**`],
      ['there twice', `**${found.twice}**`],
      ['raw rows, before copies are dropped', String(found.rows)],
    ]),
  ].join('\n\n');
}
