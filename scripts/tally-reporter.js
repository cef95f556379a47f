import { writeFileSync } from "node:fs";

/** @param {import("vitest/node").TestCase} test */
function reasonOf(test) {
  const result = test.result();
  const broken = test.parent.errors().length > 0 || test.module.errors().length > 0;
  return (result.state === "skipped" && result.note) || (broken ? "what it needs failed" : "no reason given");
}

/**
 * A Vitest reporter that writes to TEST_TALLY what `scripts/test.js` says at the end: how many tests passed and failed, and
 * each skip with its reason. A file, suite or process that broke outside of any test counts as one failure.
 */
export default class TallyReporter {
  /**
   * @param {readonly import("vitest/node").TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const holders = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const broken = holders.filter((holder) => holder.errors().length > 0).length + unhandledErrors.length;
    const count = (/** @type {string} */ state) => tests.filter((test) => test.result().state === state).length;
    const skips = tests
      .filter((test) => test.result().state === "skipped")
      .map((test) => {
        const name = `${test.module.relativeModuleId} > ${test.fullName}`;
        return { name, reason: reasonOf(test) };
      });
    const unfinished = count("pending");
    const tally = { passed: count("passed"), failed: count("failed") + unfinished + broken, skips };
    if (process.env.TEST_TALLY) writeFileSync(process.env.TEST_TALLY, JSON.stringify(tally));
  }
}
