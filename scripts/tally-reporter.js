import { writeFileSync } from "node:fs";

/** @param {import("vitest/node").TestCase} test */
function reasonOf(test) {
  const result = test.result();
  const broken = test.parent.errors().length > 0 || test.module.errors().length > 0;
  const reason = (result.state === "skipped" && result.note) || test.meta().skipReason;
  return reason || (broken ? "what it needs failed" : "no reason given");
}

/**
 * A Vitest reporter that writes to TEST_TALLY what `scripts/test.js` says at the end: how many tests passed and failed,
 * each skip with its reason, and which servers were met. A file, suite or process that broke outside of any test counts as one
 * failure.
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
    const met = Object.values(modules[0]?.project.getProvidedContext().services ?? {});
    const servers = met.flatMap((service) => ("server" in service && service.server) || []);
    const tally = { passed: count("passed"), failed: count("failed") + unfinished + broken, skips, servers };
    if (process.env.TEST_TALLY) writeFileSync(process.env.TEST_TALLY, JSON.stringify(tally));
  }
}
