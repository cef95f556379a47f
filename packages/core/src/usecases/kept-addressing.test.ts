import { describe, expect, it } from "vitest";
import { memoryEngine } from "../engine.fixture.js";
import { memoryQueue } from "../memory/index.js";
import { createMemoryDatabase } from "../memory/memory-store.js";

const KEY = "0123456789abcdef0123456789abcdef";

function engines() {
  const database = createMemoryDatabase();
  return (options: Parameters<typeof memoryEngine>[0] = {}) =>
    memoryEngine({ store: database.open(), queue: memoryQueue(), ...options });
}

describe("the key of address hashes", () => {
  it("is made once for a store, and every process has it", async () => {
    const open = engines();
    const [first, second] = [open(), open()];
    await Promise.all([first.ready(), second.ready()]);
    for (const engine of [first, second]) {
      await engine.ingest.customers([{ email: "kim@example.com", name: "Kim" }]);
      await engine.workOff();
    }
    expect((await first.customers.list({ limit: 10 })).items).toHaveLength(1);
  });

  it("that was given to a new store must be given again, or not at all", async () => {
    const open = engines();
    await open({ addressKey: KEY }).ready();
    await open().ready();
    await open({ addressKey: KEY }).ready();
    const other = open({ addressKey: `${KEY}!` }).ready();
    await expect(other).rejects.toMatchObject({ code: "invalid", details: { variable: "ADDRESS_KEY" } });
    await expect(other).rejects.not.toThrow(KEY);
  });

  it("is long enough to be a secret", () => {
    expect(() => memoryEngine({ addressKey: "short" })).toThrow("addressKey");
  });

  it("goes with one region of phone numbers", async () => {
    const open = engines();
    await open({ phoneRegion: "GB" }).ready();
    const other = open({ phoneRegion: "DE" }).ready();
    await expect(other).rejects.toMatchObject({ code: "invalid", details: { variable: "PHONE_REGION" } });
    await expect(open().ready()).rejects.toMatchObject({ details: { variable: "PHONE_REGION" } });
    expect(() => memoryEngine({ phoneRegion: "UK" })).toThrow("phoneRegion");
  });
});

describe("a record that names no id", () => {
  it("is of who has its email, and of who has its phone only where it has no email", async () => {
    const engine = engines()({ phoneRegion: "GB" });
    await engine.ingest.customers([
      { id: "a", email: "kim@example.com" },
      { id: "b", phone: "020 7946 0000" },
    ]);
    await engine.workOff();
    await engine.ingest.customers([
      { email: "KIM@example.com", phone: "+44 20 7946 0000", name: "By email" },
      { phone: "0044 20 7946 0000", visitCount: 3 },
      { phone: "+44 20 7946 0001", name: "New" },
    ]);
    await engine.workOff();
    const all = (await engine.customers.list({ limit: 10 })).items;
    expect(all.filter(({ id }) => id === "a").map(({ name, phone, visitCount }) => ({ name, phone, visitCount }))).toEqual([
      { name: "By email", phone: "+442079460000", visitCount: 3 },
    ]);
    expect(all.map(({ name, phone }) => [name, phone])).toContainEqual(["New", "+442079460001"]);
    expect(all).toHaveLength(3);
  });
});
