import { describe, expect, it } from "vitest";
import { needs, serviceUrl } from "../../../test/service-url.js";
import { smallBench } from "../small-bench.fixture.js";
import { onMongo } from "./hot-customer.js";

describe("on a server", needs("mongo"), () => {
  it("stores as many orders for one customer as for many, and measures each quarter", { timeout: 120_000 }, async () => {
    const { bench, results } = smallBench("");
    await onMongo(serviceUrl("mongo"), `crm_bench_test_${process.pid}`, 4_000, bench);
    expect(results.map(({ answer }) => answer)).toEqual([1_000, 2_000, 3_000, 4_000]);
  });
});
