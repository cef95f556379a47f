import { describe, expect, it } from "vitest";
import { countWithin, createMessageCosts } from "./message-costs.js";

describe("message costs", () => {
  it("are those of a campaign's last messages, and nothing before the first", () => {
    const costs = createMessageCosts();
    expect(costs.of("a")).toEqual({ ms: 0, bytes: 0 });
    costs.note("a", 10, { ms: 5_000, bytes: 1_000 });
    costs.note("b", 1, { ms: 7, bytes: 8 });
    expect(costs.of("a")).toEqual({ ms: 500, bytes: 100 });
    costs.note("a", 0, { ms: 3, bytes: 0 });
    expect(costs.of("a")).toEqual({ ms: 500, bytes: 100 });
    costs.note("a", 4, { ms: 4, bytes: 40 });
    expect(costs.of("a")).toEqual({ ms: 1, bytes: 10 });
    expect(costs.of("b")).toEqual({ ms: 7, bytes: 8 });
  });

  it("are kept of the campaigns of late", () => {
    const costs = createMessageCosts();
    for (let index = 0; index < 150; index++) costs.note(`k${index}`, 1, { ms: 1, bytes: 1 });
    expect([costs.of("k49").ms, costs.of("k50").ms]).toEqual([0, 1]);
  });

  it("say how many fit: one at least, and any number that cost nothing", () => {
    expect([countWithin(1_000, 300), countWithin(1_000, 5_000), countWithin(1_000, 0)]).toEqual([3, 1, Number.POSITIVE_INFINITY]);
  });
});
