import type { Condition } from "@crm-engine/core/ports";
import { MongoClient } from "mongodb";
import { expect, it } from "vitest";
import { countingReads, LARGE_CONDITIONS } from "../../../../../test/large-conditions.js";
import { collectionsOf } from "../schema/collections.js";
import { analyseCondition } from "./analyse-condition.js";
import { countCustomers } from "./count-customers.js";
import { pageByCustomer, pageByRows, someByRows } from "./page-customers.js";
import { selectCustomers } from "./select-customers.js";

const collections = collectionsOf(new MongoClient("mongodb://127.0.0.1:1").db("never_connected"), "crm");
const page = { limit: 20, after: "c1" };

it.each(Object.entries(LARGE_CONDITIONS))(
  "compiles in time that grows with the rule, and not with its square: %s",
  (_, conditionOf) => {
    const [few, many] = [compile(conditionOf(16)), compile(conditionOf(64))];
    expect(many.reads / few.reads).toBeLessThan(5);
    expect(many.length / few.length).toBeLessThan(5);
    expect(many.seconds).toBeLessThan(5);
  },
);

/** Every query of a condition, analysed once: how often it read the condition, the length of the pipelines, and the time. */
function compile(given: Condition) {
  const { condition, reads } = countingReads(given);
  const started = performance.now();
  const analysed = analyseCondition(condition);
  const pipelines = [
    countCustomers(analysed, collections, 5),
    pageByRows(analysed, collections, page),
    pageByCustomer(analysed, collections, page, 100),
    someByRows(analysed, collections, 5),
    selectCustomers(analysed, collections),
  ];
  const compiled = { reads: reads(), seconds: (performance.now() - started) / 1_000 };
  return { ...compiled, length: JSON.stringify(pipelines).length };
}
