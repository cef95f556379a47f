import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { OPERATOR_NAMES } from "./operators.js";

it("are all in the documentation of rules", () => {
  const documentation = readFileSync(new URL("../../../../../docs/rules.md", import.meta.url), "utf8");
  expect(OPERATOR_NAMES.filter((name) => !documentation.includes(`\`${name}\``))).toEqual([]);
});
