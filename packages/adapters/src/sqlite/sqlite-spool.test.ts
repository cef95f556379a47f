import { sqliteSpool } from "@crm-engine/adapters/sqlite";
import type { Spool } from "@crm-engine/core/ports";
import { expect, test } from "vitest";

test("groups come back by first appearance, each in order, however the keys were mixed", async () => {
  const spool = await sqliteSpool()();
  const expected = new Map<string, string[]>();
  for (let n = 0; n < 12_000; n++) {
    const key = `k${(n * 7) % 500}`;
    await spool.add(key, `v${n}`);
    expected.set(key, [...(expected.get(key) ?? []), `v${n}`]);
  }
  expect(await groupsOf(spool)).toEqual([...expected]);
  await spool.close();
});

test("many values of one key come back in groups of a bounded size, among small ones", async () => {
  const spool = await sqliteSpool()();
  const large = Array.from({ length: 7_000 }, (_, n) => `large ${n}`);
  await spool.add("first", "1");
  for (const value of large) await spool.add("large", value);
  await spool.add("last", "2");
  await spool.add("first", "3");
  expect(await groupsOf(spool)).toEqual([
    ["first", ["1", "3"]],
    ["large", large],
    ["last", ["2"]],
  ]);
  await spool.close();
});

test("an empty spool has no groups, texts come back as they were, and a closed one is closed", async () => {
  const spool = await sqliteSpool()();
  expect(await groupsOf(spool)).toEqual([]);
  await spool.add("é😀'\"", "line\nbreak; -- ☃");
  await spool.add("", "");
  expect(await groupsOf(spool)).toEqual([
    ["é😀'\"", ["line\nbreak; -- ☃"]],
    ["", [""]],
  ]);
  await Promise.all([spool.close(), spool.close()]);
  await expect(spool.add("a", "b")).rejects.toMatchObject({ code: "closed" });
});

async function groupsOf(spool: Spool): Promise<readonly (readonly [string, readonly string[]])[]> {
  const groups: [string, readonly string[]][] = [];
  for await (const { key, values } of spool.groups()) {
    expect(values.length).toBeLessThanOrEqual(2_000);
    const last = groups.at(-1);
    if (last?.[0] === key) last[1] = [...last[1], ...values];
    else groups.push([key, values]);
  }
  return groups;
}
