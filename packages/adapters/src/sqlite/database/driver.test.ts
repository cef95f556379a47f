import { expect, test } from "vitest";
import { isSafeVersion, loadDriver } from "./driver.js";

test.each([
  ["3.51.3", true],
  ["3.51.4", true],
  ["3.52.0", true],
  ["4.0.0", true],
  ["3.51.2", false],
  ["3.45.1", false],
  ["2.99.99", false],
])("SQLite %s is safe with several writers: %s", (version, safe) => {
  expect(isSafeVersion(version)).toBe(safe);
});

test("the driver of this Node is new enough", async () => {
  expect(isSafeVersion((await loadDriver()).version)).toBe(true);
});
