import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EVIDENCE_KINDS, type EvidenceKind, foldEvidence, NO_EVIDENCE, suppressedBy } from "./suppression.js";

type Item = Parameters<typeof foldEvidence>[1];

const item: fc.Arbitrary<Item> = fc.record({
  kind: fc.constantFrom(...EVIDENCE_KINDS),
  at: fc.integer({ min: 0, max: 12 }),
  reason: fc.constantFrom("a", "b"),
  message: fc.constantFrom("m1", "m2", "m3", "m4", "m5", "m6", "m7"),
});

const fold = (items: readonly Item[]) => items.reduce(foldEvidence, NO_EVIDENCE);

describe("evidence", () => {
  it("folds alike in any order, and with any repetitions", () => {
    const runs = fc
      .array(item, { maxLength: 30 })
      .chain((items) =>
        fc.tuple(
          fc.constant(items),
          fc.array(fc.nat(Math.max(0, items.length - 1)), { maxLength: 20 }),
          fc.infiniteStream(fc.nat()),
        ),
      );
    fc.assert(
      fc.property(runs, ([items, again, keys]) => {
        const repeated = [...items, ...again.flatMap((index) => items[index] ?? [])];
        const shuffled = repeated
          .map((one) => ({ one, key: keys.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        expect(fold(shuffled)).toEqual(fold(items));
      }),
    );
  });

  it("that is known already gives back the same object", () => {
    fc.assert(
      fc.property(fc.array(item, { minLength: 1 }), fc.nat(), (items, at) => {
        const known = fold(items);
        const again = items[at % items.length];
        expect(again && foldEvidence(known, again)).toBe(known);
      }),
    );
  });
});

const at = (kind: EvidenceKind, time: number, more: Partial<Item> = {}): Item => ({ kind, at: time, ...more });
const reason = (...items: readonly Item[]) => suppressedBy(fold(items))?.kind;
const soft = (...times: readonly number[]) => times.map((time) => at("soft_bounced", time, { message: `m${time}` }));

describe("an address is suppressed", () => {
  it.each(["unsubscribed", "complained", "bounced", "blocked", "erased"] as const)("by what is %s", (kind) => {
    expect(suppressedBy(fold([at(kind, 5)]))).toEqual({ kind, at: 5 });
  });

  it.each([
    ["subscribed", ["unsubscribed", "complained", "bounced"]],
    ["confirmed", ["unsubscribed", "complained", "bounced", "erased"]],
    ["unblocked", ["bounced", "blocked"]],
    ["delivered", []],
  ] as const)("until it is %s later, which lifts %j and nothing else", (lifting, lifted) => {
    for (const kind of ["unsubscribed", "complained", "bounced", "blocked", "erased"] as const) {
      const isLifted = (lifted as readonly string[]).includes(kind);
      expect([kind, reason(at(kind, 5), at(lifting, 6))]).toEqual([kind, isLifted ? undefined : kind]);
      expect([kind, reason(at(kind, 5), at(lifting, 5))], "not by what happened at the same time").toEqual([kind, kind]);
      expect([kind, reason(at(kind, 7), at(lifting, 6))]).toEqual([kind, kind]);
    }
  });

  it("by five soft bounces in a row, and not by four, or by one that is reported five times", () => {
    expect(reason(...soft(1, 2, 3, 4, 5))).toBe("soft_bounced");
    expect(reason(...soft(1, 2, 3, 4))).toBeUndefined();
    expect(reason(...[1, 2, 3, 4, 5].map((time) => at("soft_bounced", time, { message: "m1" })))).toBeUndefined();
  });

  it("by soft bounces only where nothing was delivered since the first of the last five", () => {
    expect(reason(...soft(1, 2, 3, 4, 5), at("delivered", 3))).toBeUndefined();
    expect(reason(...soft(1, 2, 3, 4, 5), at("delivered", 0))).toBe("soft_bounced");
    expect(reason(...soft(1, 2, 3, 4, 5, 6, 7, 8), at("delivered", 3))).toBe("soft_bounced");
    expect(reason(...soft(1, 2, 3, 4, 5), at("subscribed", 5))).toBeUndefined();
  });

  it("for the reason that the person gave, before any other", () => {
    expect(reason(at("erased", 9), at("bounced", 8), at("complained", 7), at("unsubscribed", 1))).toBe("unsubscribed");
    expect(reason(at("erased", 9), at("bounced", 8), at("complained", 7), at("unsubscribed", 1), at("subscribed", 2))).toBe(
      "complained",
    );
  });
});
