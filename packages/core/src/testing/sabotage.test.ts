import { AssertionError } from "node:assert/strict";
import { describe, expect, it } from "vitest";
import { CrmError } from "../errors.js";
import { createMemoryBroker } from "../memory/memory-queue.js";
import { createMemoryDatabase } from "../memory/memory-store.js";
import type { Store } from "../ports/index.js";
import type { MessageQueue } from "../ports/queue.js";
import type { ContractCase } from "./contract.js";
import type { QueueHarness } from "./queue-contract/queue-harness.js";
import { queueContract } from "./queue-contract.js";
import { QUEUE_SABOTAGES } from "./queue-sabotages.fixture.js";
import type { StoreHarness } from "./store-contract/store-harness.js";
import { storeContract } from "./store-contract.js";
import { STORE_SABOTAGES } from "./store-sabotages.fixture.js";

/** Long enough for what must happen in memory; what never happens costs a case this long. */
const MAX_WAIT_MS = 400;
const MAX_ATTEMPTS = 3;

function caseNamed<C extends Pick<ContractCase<never>, "name">>(contract: readonly C[], part: string): C {
  const found = contract.filter(({ name }) => name.includes(part));
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} cases are named like ${part}`);
  return found[0];
}

async function expectNoticed(run: Promise<void>): Promise<void> {
  const reason = await run.then(
    () => expect.unreachable("the sabotage went unnoticed"),
    (error: unknown) => error,
  );
  expect(reason instanceof AssertionError || reason instanceof CrmError, String(reason)).toBe(true);
}

function openBroker() {
  return createMemoryBroker({ maxAttempts: MAX_ATTEMPTS, retryDelayMs: 1 });
}

function queueHarness(open: () => MessageQueue, crash: (queue: MessageQueue) => void = () => undefined): QueueHarness {
  return { open: async () => open(), crash: async (queue) => crash(queue), maxAttempts: MAX_ATTEMPTS, maxWaitMs: MAX_WAIT_MS };
}

/** With the last handle closed, everything is gone. */
function forgetful<H extends { close(): Promise<void> }>(start: () => { open(): H }): () => H {
  let source = start();
  return () => {
    const handle = source.open();
    return {
      ...handle,
      close: async () => {
        await handle.close();
        source = start();
      },
    };
  };
}

/** A store of which one member knows nothing of closing. */
function goesOn(noun: string, member: string): Store {
  const database = createMemoryDatabase();
  const [closed, open] = [database.open(), database.open()].map((store) => ({ ...store }) as Record<string, object> & Store);
  if (!closed || !open) throw new Error("two handles were opened");
  const stubborn = { [member]: open[noun]?.[member as keyof object] };
  return { ...closed, [noun]: { ...closed[noun], ...stubborn } };
}

describe("the store contract", () => {
  for (const { breaks, noticedBy, sabotage } of STORE_SABOTAGES) {
    for (const part of noticedBy) {
      const { name, run } = caseNamed(storeContract, part);
      it.concurrent(`notices that ${breaks}: ${name}`, async () => {
        const database = createMemoryDatabase();
        const wrap = sabotage();
        const harness: StoreHarness = { open: async () => wrap(database.open()), maxWaitMs: MAX_WAIT_MS };
        await expectNoticed(run(harness));
      });
    }
  }

  it("notices that everything goes with the last handle", async () => {
    const open = forgetful(createMemoryDatabase);
    await expectNoticed(caseNamed(storeContract, "opened again").run({ open: async () => open(), maxWaitMs: MAX_WAIT_MS }));
  });

  it("notices each single member that goes on after closing", async () => {
    const { run } = caseNamed(storeContract, "after closing every call rejects");
    const { close: _, info: __, ...nouns } = createMemoryDatabase().open();
    for (const [noun, members] of Object.entries(nouns)) {
      for (const member of Object.keys(members)) {
        const reason = await run({ open: async () => goesOn(noun, member), maxWaitMs: MAX_WAIT_MS }).catch(
          (error: unknown) => error,
        );
        expect(String(reason), `${noun}.${member}`).toContain(`${noun}.${member}`);
      }
    }
  });

  it("has no case that nothing can fail, and no two of one name", () => {
    const failed = new Set(
      [...STORE_SABOTAGES.flatMap(({ noticedBy }) => noticedBy), "opened again"].map(
        (part) => caseNamed(storeContract, part).name,
      ),
    );
    expect(storeContract.map(({ name }) => name).filter((name) => !failed.has(name))).toEqual([]);
    expect(new Set(storeContract.map(({ name }) => name)).size).toBe(storeContract.length);
  });
});

describe("the queue contract", () => {
  for (const { breaks, noticedBy, sabotage } of QUEUE_SABOTAGES) {
    for (const part of noticedBy) {
      const { name, run } = caseNamed(queueContract, part);
      it.concurrent(`notices that ${breaks}: ${name}`, () => expectNoticed(run(queueHarness(sabotage(openBroker())))));
    }
  }

  it("notices that everything goes with the last handle", async () => {
    await expectNoticed(caseNamed(queueContract, "opened again").run(queueHarness(forgetful(openBroker))));
  });

  it("notices that what a dead process held is never delivered again", async () => {
    const broker = openBroker();
    await expectNoticed(caseNamed(queueContract, "dead process").run(queueHarness(() => broker.open())));
  });

  it("has no case that nothing can fail, and no two of one name", () => {
    const parts = [...QUEUE_SABOTAGES.flatMap(({ noticedBy }) => noticedBy), "opened again", "dead process"];
    const failed = new Set(parts.map((part) => caseNamed(queueContract, part).name));
    expect(queueContract.map(({ name }) => name).filter((name) => !failed.has(name))).toEqual([]);
    expect(new Set(queueContract.map(({ name }) => name)).size).toBe(queueContract.length);
  });
});
