import { expect, it } from "vitest";
import type { Spool } from "../ports/spool.js";
import { memorySpool } from "./memory-spool.js";

it("gives values back by key, keys by first appearance, and keeps nothing once it is closed", async () => {
  const spool = await memorySpool()();
  for (const [key, value] of [
    ["b", "1"],
    ["a", "2"],
    ["b", "3"],
  ] as const) {
    await spool.add(key, value);
  }
  expect(await groupsOf(spool)).toEqual([
    { key: "b", values: ["1", "3"] },
    { key: "a", values: ["2"] },
  ]);
  await spool.close();
  await spool.close();
  expect(await groupsOf(spool)).toEqual([]);
});

async function groupsOf(spool: Spool): Promise<readonly unknown[]> {
  const groups: unknown[] = [];
  for await (const group of spool.groups()) groups.push(group);
  return groups;
}
