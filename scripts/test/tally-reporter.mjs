// Tells the process that started vitest what became of each test, as it happens, so that a crash loses nothing but the rest.

/** @typedef {import('./closing-line.mjs').TestEvent} TestEvent */

/** @param {TestEvent} event */
function tell(event) {
  process.send?.(event);
}

/**
 * Errors that belong to no test: in the file itself, or in a hook around its tests.
 *
 * @param {string} name
 * @param {readonly unknown[]} errors
 */
function tellOutside(name, errors) {
  if (errors.length > 0) tell({ kind: 'failed-outside-a-test', name });
}

/** @implements {import('vitest/node').Reporter} */
export default class TallyReporter {
  /** @param {import('vitest/node').TestCase} testCase */
  onTestCaseResult(testCase) {
    const result = testCase.result();
    if (result.state === 'pending') return;
    tell({ kind: result.state, name: testCase.fullName, note: result.state === 'skipped' ? result.note : undefined });
  }

  /** @param {import('vitest/node').TestSuite} suite */
  onTestSuiteResult(suite) {
    tellOutside(suite.fullName, suite.errors());
  }

  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   * @param {import('vitest/node').TestRunEndReason} reason
   */
  onTestRunEnd(modules, unhandledErrors, reason) {
    for (const module of modules) tellOutside(module.relativeModuleId, module.errors());
    if (unhandledErrors.length > 0) tell({ kind: 'failed-outside-a-test', name: 'an error that no test caught' });
    tell({ kind: 'ended', reason });
  }
}
