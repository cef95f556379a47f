import { expect, it } from "vitest";
import { reachability } from "./reachability.js";

it("tells of each failure, and once that it is over, whatever it was that went through", () => {
  const told: string[] = [];
  const broker = reachability({ failed: (error) => told.push(String(error)), recovered: () => told.push("recovered") });
  broker.answered();
  broker.failed("a read");
  broker.failed("an outcome");
  broker.answered();
  broker.answered();
  broker.failed("an outcome, while reads go on");
  broker.answered();
  expect(told).toEqual(["a read", "an outcome", "recovered", "an outcome, while reads go on", "recovered"]);
});

it("does without anybody to tell", () => {
  const broker = reachability(undefined);
  broker.failed("a read");
  expect(() => broker.answered()).not.toThrow();
});
