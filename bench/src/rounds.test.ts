import { describe, expect, it } from "vitest";
import { alternate, quantile, ratioOf } from "./rounds.js";

describe("rounds", () => {
  it("take turns, each side first in every other round, after one run of each that does not count", async () => {
    const order: string[] = [];
    const side = (name: string) => async () => {
      order.push(name);
      return 7;
    };
    const { ours, baseline, answer } = await alternate(3, side("ours"), side("baseline"));
    expect(order.join(" ")).toBe("baseline ours ours baseline baseline ours ours baseline");
    expect([ours.length, baseline.length, answer]).toEqual([3, 3, 7]);
  });

  it("are worth nothing where the two count differently", async () => {
    let answer = 1;
    const drifting = async () => answer++;
    await expect(alternate(5, async () => 1, drifting)).rejects.toThrow("the answers differ");
    await expect(
      alternate(
        5,
        async () => 2,
        async () => 1,
      ),
    ).rejects.toThrow("the answers differ: 2 and 1");
  });

  it("give the median of the rounds' own ratios, more than 1 where ours is the faster", () => {
    expect(ratioOf({ ours: [10, 10, 10], baseline: [20, 5, 30] })).toBe(2);
  });

  it("give quantiles by nearest rank", () => {
    const values = [5, 1, 4, 2, 3];
    expect([0, 0.5, 0.95, 1].map((share) => quantile(values, share))).toEqual([1, 3, 5, 5]);
    expect(quantile([], 0.5)).toBeNaN();
  });
});
