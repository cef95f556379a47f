import { expect, it } from "vitest";
import { patternOfDays } from "./days-of-year.js";

it("is of the month and day, in whatever year", () => {
  const runs = [
    { first: "01-01", last: "01-02" },
    { first: "02-28", last: "03-01" },
  ];
  const pattern = patternOfDays({ runs });
  expect(pattern).toBe("^.{5}(?:01-(?:01|02)|02-(?:28|29)|03-(?:01))");
  const isOn = (wallClock: string) => new RegExp(pattern).test(wallClock);
  for (const on of ["0001-01-02T00:00:00.000", "1604-02-29T23:59:59.999", "2026-03-01T00:00:00.000"])
    expect(isOn(on), on).toBe(true);
  for (const off of ["0001-01-03T00:00:00.000", "1899-02-27T01:01:01.001", "2026-12-31T03:01:00.000"])
    expect(isOn(off), off).toBe(false);
});
