import { describe, expect, it } from "vitest";
import { SAMPLE_PLACES } from "./condition.js";
import { sampleHash, samplePlace, sampleRef } from "./sample.js";

const ids = Array.from({ length: 20_000 }, (_, index) => `customer-${index}`);
const places = (seed: string | number): readonly number[] => ids.map((id) => samplePlace(sampleHash(id), sampleRef(seed)));
const share = (wanted: readonly boolean[]): number => wanted.filter(Boolean).length / wanted.length;

describe("samples", () => {
  it("stay what they are: hashes and places of these ids never change", () => {
    expect(["a", "c1", "é😀", ""].map(sampleHash)).toMatchInlineSnapshot(`
      [
        1251442963,
        1358311883,
        293917174,
        1672528963,
      ]
    `);
    expect(["", "spring", 7].map(sampleRef)).toMatchInlineSnapshot(`
      [
        {
          "factor": 2721266,
          "of": "sample",
          "offset": 1147614261,
        },
        {
          "factor": 2201805,
          "of": "sample",
          "offset": 1361082630,
        },
        {
          "factor": 3074522,
          "of": "sample",
          "offset": 214298811,
        },
      ]
    `);
    expect(sampleRef(7)).toEqual(sampleRef("7"));
  });

  it("give every place exactly, in integers that a double holds", () => {
    const { factor, offset } = sampleRef("x");
    for (const hash of [0, 1, SAMPLE_PLACES - 1]) {
      const exact = (BigInt(hash) * BigInt(factor) + BigInt(offset)) % BigInt(SAMPLE_PLACES);
      expect(samplePlace(hash, { of: "sample", factor, offset })).toBe(Number(exact));
    }
    expect((SAMPLE_PLACES - 1) * (2 ** 22 - 1) + SAMPLE_PLACES).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });

  it("are about as large as they should be, and of different seeds independent", () => {
    const seeds = ["", "spring", "summer", 1, 2, 3];
    const chosen = seeds.map((seed) => places(seed).map((place) => place < SAMPLE_PLACES / 10));
    for (const one of chosen) expect(Math.abs(share(one) - 0.1)).toBeLessThan(0.01);
    for (const [index, one] of chosen.entries()) {
      for (const other of chosen.slice(index + 1)) {
        expect(Math.abs(share(one.map((is, at) => is && other[at] === true)) - 0.01)).toBeLessThan(0.004);
      }
    }
  });
});
