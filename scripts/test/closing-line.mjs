// What a run of the tests comes to: counts, and the one line with which `npm test` ends.

/**
 * @typedef {{ readonly kind: 'passed' | 'failed' | 'skipped', readonly name: string, readonly note?: string | undefined }
 *   | { readonly kind: 'failed-outside-a-test', readonly name: string }
 *   | { readonly kind: 'ended', readonly reason: string }} TestEvent
 */

/**
 * @typedef {object} RunResult
 * @property {readonly TestEvent[]} events in the order in which they arrived
 * @property {number | null} exitCode of the test runner; null where a signal ended it
 */

/**
 * @typedef {object} Closing
 * @property {readonly string[]} lines the last one is `N passed, N failed`
 * @property {number} failed
 */

/** How many skipped tests are named; the others are counted. */
export const namedSkippedLimit = 30;

/**
 * @param {readonly TestEvent[]} events
 * @param {TestEvent['kind']} kind
 */
function count(events, kind) {
  return events.filter((event) => event.kind === kind).length;
}

/** @param {readonly TestEvent[]} events */
function skippedLine(events) {
  const names = events.flatMap((event) =>
    event.kind === 'skipped' ? [event.note === undefined ? event.name : `${event.name} (${event.note})`] : [],
  );
  const more = names.length - namedSkippedLimit;
  return `skipped: ${names.slice(0, namedSkippedLimit).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

/**
 * Why a run that names no failed test failed nevertheless, or undefined.
 *
 * @param {RunResult} result
 */
function failureOfTheRun({ events, exitCode }) {
  const failed = count(events, 'failed') + count(events, 'failed-outside-a-test');
  const ran = count(events, 'passed') + count(events, 'skipped') + failed;
  if (!events.some((event) => event.kind === 'ended')) return 'The test run crashed before its end.';
  if (ran === 0) return 'No tests were found.';
  if (failed === 0 && exitCode !== 0) return `The test run ended with exit status ${exitCode ?? 'by a signal'}.`;
  return undefined;
}

/**
 * The last lines of a run. What failed outside a test (a hook, a file that doesn't load, a crash, no tests at all) counts as
 * one failed each, so that `0 failed` always means that everything ran and held.
 *
 * @param {RunResult} result
 * @returns {Closing}
 */
export function closingOf(result) {
  const { events } = result;
  const failure = failureOfTheRun(result);
  const failed = count(events, 'failed') + count(events, 'failed-outside-a-test') + (failure === undefined ? 0 : 1);
  const skipped = count(events, 'skipped');
  return {
    lines: [
      ...(failure === undefined ? [] : [failure]),
      ...(skipped === 0 ? [] : [skippedLine(events)]),
      `${count(events, 'passed')} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`,
    ],
    failed,
  };
}
