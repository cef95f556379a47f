"use client";

import { pages } from "@crm-engine/client";
import type { Customer } from "@crm-engine/core";
import { useRef } from "react";
import { useEngine } from "@/api/engine";
import { type Audience, audienceRule } from "../../audience-rule";

const AT_ONCE = 50;
/** Wanted in a random sample: enough to have somebody, few enough to be quick. */
const SAMPLE = 25;

/** Somebody of the audience: the one after, or any. */
export function useMembers(audience: Audience) {
  const engine = useEngine();
  const key = JSON.stringify(audience);
  const reading = useRef<{ readonly key: string; readonly members: AsyncGenerator<Customer> } | undefined>(undefined);

  async function* inTurn(): AsyncGenerator<Customer> {
    for (const id of audience.segmentIds) {
      yield* pages((page) => engine.segments.members(id, page), { limit: AT_ONCE });
    }
  }

  /** From the first on, and from the first again after the last. */
  const next = async (after: string | undefined): Promise<string | undefined> => {
    if (reading.current?.key !== key) reading.current = { key, members: inTurn() };
    for (let turn = 0; turn < 2; turn++) {
      for (;;) {
        const step = await reading.current.members.next();
        if (step.done) break;
        if (step.value.id !== after) return step.value.id;
      }
      reading.current = { key, members: inTurn() };
    }
    return undefined;
  };

  const random = async (count: number, besides: string | undefined): Promise<string | undefined> => {
    const rule = audienceRule(audience);
    // The engine takes two decimals.
    const percent = count <= SAMPLE ? 100 : Math.max(0.01, Math.ceil((SAMPLE / count) * 10_000) / 100);
    const sample = { percent, seed: Math.floor(Math.random() * 1e9) };
    for (const limited of [{ all: [rule, { sample }] }, rule]) {
      const { sample: some } = await engine.segments.estimate({ rule: limited });
      const others = some.filter(({ id }) => id !== besides);
      const chosen = others[Math.floor(Math.random() * others.length)];
      if (chosen !== undefined) return chosen.id;
    }
    return undefined;
  };
  return { next, random };
}
