import { expect, it } from "vitest";
import { typeOfCells } from "./look-at-cells.js";

it.each([
  [["1", "-2.50", "", "0"], "number"],
  [["1", "01067"], "string"],
  [["1", "+49"], "string"],
  [["999999999999999"], "number"],
  [["9999999999999999"], "string"],
  [["1234567890.123456"], "string"],
  [["true", "false", ""], "boolean"],
  [["true", "yes"], "string"],
  [["2026-01-31", "2026-01-31T10:00:00Z"], "date"],
  [["2026-02-31", "03/04/2026"], "string"],
  [["2026-13-01"], "string"],
  [['["a"]', "[]"], "array"],
  [["[1]"], "string"],
  [["", ""], "string"],
  [[], "string"],
] as const)("%j allow %s", (cells, type) => {
  expect(typeOfCells(cells)).toBe(type);
});
