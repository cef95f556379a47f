import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { SqliteQueueOptions } from "@crm-engine/adapters/sqlite";
import type { MessageHandler, MessageQueue } from "@crm-engine/core/ports";
import { onTestFinished } from "vitest";

const SCRIPT = `
  import { sqliteQueue } from "@crm-engine/adapters/sqlite";
  const queue = sqliteQueue(JSON.parse(process.env.QUEUE_OPTIONS));
  const handling = new Map();
  let deliveries = 0;
  const handlerOf = (subscription) => (message) => new Promise((resolve, reject) => {
    handling.set(++deliveries, { resolve, reject });
    process.send({ delivery: deliveries, subscription, message });
  });
  process.on("message", async ({ call, method, args, delivery, failure }) => {
    if (delivery !== undefined) {
      const { resolve, reject } = handling.get(delivery);
      return failure === undefined ? resolve() : reject(new Error(failure));
    }
    try {
      const value = method === "subscribe" ? void (await queue.subscribe(args[0], handlerOf(call), args[1])) : await queue[method](...args);
      process.send({ call, value });
    } catch (error) {
      process.send({ call, failure: error.message });
    }
  });`;

interface FromProcess {
  readonly call?: number;
  readonly value?: unknown;
  readonly failure?: string;
  readonly delivery?: number;
  readonly subscription?: number;
  readonly message?: Parameters<MessageHandler>[0];
}

/** A queue that lives in a process of its own, handlers aside, and dies with it. Its subscriptions can't be closed one by one. */
export function queueInProcess(options: SqliteQueueOptions): { readonly queue: MessageQueue; kill(): Promise<void> } {
  const child = spawn(process.execPath, ["--input-type=module", "-e", SCRIPT], {
    cwd: fileURLToPath(new URL("../../..", import.meta.url)),
    env: { ...process.env, QUEUE_OPTIONS: JSON.stringify(options) },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const handlers = new Map<number, MessageHandler>();
  const pending = new Map<number, (answer: FromProcess) => void>();
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  onTestFinished(kill);
  child.on("message", (answer: FromProcess) => {
    const { call, delivery, subscription, message } = answer;
    if (call !== undefined) pending.get(call)?.(answer);
    const handler = handlers.get(subscription ?? 0);
    if (!handler || !message) return;
    handler(message).then(
      () => child.send({ delivery }),
      (error: Error) => child.send({ delivery, failure: error.message }),
    );
  });
  let calls = 0;
  const ask = async (method: keyof MessageQueue, args: readonly unknown[], handler?: MessageHandler): Promise<unknown> => {
    calls += 1;
    const call = calls;
    if (handler) handlers.set(call, handler);
    const { failure, value } = await new Promise<FromProcess>((resolve) => {
      pending.set(call, resolve);
      child.send({ call, method, args });
    });
    if (failure !== undefined) throw new Error(failure);
    return value;
  };
  const queue: MessageQueue = {
    publish: async (...args) => void (await ask("publish", args)),
    subscribe: async (topic, handler, subscribing) => {
      await ask("subscribe", [topic, subscribing], handler);
      return { close: () => Promise.reject(new Error("not from here")) };
    },
    depth: async (...args) => (await ask("depth", args)) as Awaited<ReturnType<MessageQueue["depth"]>>,
    deadLetters: async (...args) => (await ask("deadLetters", args)) as Awaited<ReturnType<MessageQueue["deadLetters"]>>,
    replay: async (...args) => (await ask("replay", args)) as number,
    discard: async (...args) => (await ask("discard", args)) as number,
    rewriteDeadLetters: () => Promise.reject(new Error("not from here")),
    mark: async (...args) => (await ask("mark", args)) as string,
    isPast: async (...args) => (await ask("isPast", args)) as boolean,
    info: async () => (await ask("info", [])) as Awaited<ReturnType<MessageQueue["info"]>>,
    close: async () => void (await ask("close", [])),
  };
  return { queue, kill };
}
