import { describe, expect, it } from "vitest";
import { needs, serviceUrl } from "../../../test/service-url.js";
import { FEW_CUSTOMERS, smallBench } from "../small-bench.fixture.js";
import { besideByHand, onGround } from "./estimates.js";
import { openMongo } from "./on-mongo.js";

describe("on a server", needs("mongo"), () => {
  it("counts by ten rules what the pipelines written by hand count", { timeout: 120_000 }, async () => {
    const { bench, results } = smallBench("");
    await onGround(
      "mongo",
      await openMongo(bench, serviceUrl("mongo"), `crm_bench_test_${process.pid}`),
      { customers: FEW_CUSTOMERS, measure: besideByHand },
      bench,
    );
    expect(results).toHaveLength(10);
    for (const { name, answer } of results) expect([name, answer > 0 && answer < FEW_CUSTOMERS]).toEqual([name, true]);
  });
});
