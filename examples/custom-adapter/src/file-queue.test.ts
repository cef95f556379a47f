import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MessageQueue } from "@crm-engine/core/ports";
import { type QueueTrait, queueContract, skipReason, type Traits } from "@crm-engine/core/testing";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { fileQueue } from "./file-queue.js";

const TRAITS = {
  durable: { has: true, sentence: "Whatever settled has been synced to the disk." },
  crash: { has: false, sentence: "One process has the file: a consumer dies only with the whole queue." },
} satisfies Traits<QueueTrait>;

const folder = mkdtempSync(join(tmpdir(), "file-queue-"));
const opened: MessageQueue[] = [];
let cases = 0;
const freshFile = () => join(folder, `${++cases}.jsonl`);
const open = (file: string) => {
  const queue = fileQueue({ file, maxAttempts: 3, retryDelayMs: 1 });
  opened.push(queue);
  return queue;
};

afterEach(async () => {
  await Promise.all(opened.splice(0).map((queue) => queue.close()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the published contract", () => {
  it.for(queueContract)("$name", async (contractCase, context) => {
    const reason = skipReason(contractCase, TRAITS);
    context.skip(reason !== undefined, `trait: ${reason}`);
    const file = freshFile();
    await contractCase.run({
      open: async () => open(file),
      crash: async () => expect.unreachable(),
      maxAttempts: 3,
      maxWaitMs: 5_000,
    });
  });
});

/** The file as a kill at this moment would leave it, opened by another process. */
function openAfterKill(file: string): MessageQueue {
  const copy = freshFile();
  copyFileSync(file, copy);
  return open(copy);
}

describe("a kill", () => {
  it("with a message in a handler delivers it again, as a first attempt", async () => {
    const file = freshFile();
    const queue = open(file);
    await queue.publish("orders", [{ id: "o1", body: "{}" }]);
    const again = await new Promise<MessageQueue>((resolve, reject) => {
      queue.subscribe("orders", async () => resolve(openAfterKill(file)), { prefetch: 1 }).catch(reject);
    });
    const attempts = await new Promise((resolve, reject) => {
      again.subscribe("orders", async (message) => resolve(message.attempts), { prefetch: 1 }).catch(reject);
    });
    expect(attempts).toBe(1);
  });

  it("in the middle of a write loses only what had not settled", async () => {
    const file = freshFile();
    const queue = open(file);
    await queue.publish("orders", [{ id: "o1", body: "{}" }]);
    const settled = readFileSync(file, "utf8");
    await queue.close();
    appendFileSync(file, settled.replace("o1", "o2").slice(0, -5));
    const again = open(file);
    expect(await again.depth("orders")).toMatchObject({ messages: 1 });
    await again.publish("orders", [{ id: "o3", body: "{}" }]);
    expect(await openAfterKill(file).depth("orders")).toMatchObject({ messages: 2 });
  });
});

it("leaves out what is done when a file is opened again", async () => {
  const file = freshFile();
  const queue = open(file);
  await queue.publish("orders", [{ id: "o1", body: "{}" }]);
  await queue.subscribe("orders", async () => undefined, { prefetch: 1 });
  await expect.poll(async () => (await queue.depth("orders")).messages).toBe(0);
  await queue.close();
  await open(file).info();
  expect(readFileSync(file, "utf8")).toBe("");
});

it("is unavailable where the file can't be made, and comes back when it can", async () => {
  const later = join(folder, "later");
  const queue = open(join(later, "queue.jsonl"));
  await expect(queue.publish("orders", [])).rejects.toMatchObject({ code: "unavailable" });
  mkdirSync(later);
  await queue.publish("orders", [{ id: "o1", body: "{}" }]);
  expect(await queue.depth("orders")).toMatchObject({ messages: 1 });
});
