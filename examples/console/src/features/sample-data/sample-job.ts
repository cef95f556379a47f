"use client";

import { pages, type RemoteClient } from "@crm-engine/client";
import type { Accepted, Order } from "@crm-engine/core";
import { useSyncExternalStore } from "react";
import { sentAgain } from "@/features/orders/order-values";
import { isSampleCustomer, isSampleOrder, makeSample, newRun, SAMPLE_CHANNEL } from "./make-sample";

export interface SampleJob {
  readonly what: "add" | "remove";
  readonly state: "running" | "done" | "failed";
  readonly step: string;
  readonly done: number;
  readonly of: number | undefined;
  readonly error?: unknown;
  /** Rows that the engine rejected, with the first reason. */
  readonly rejected?: { readonly rows: number; readonly reason: string };
}

/** Of this tab, whatever page it shows. */
let job: SampleJob | undefined;
const listeners = new Set<() => void>();

export function useSampleJob(): SampleJob | undefined {
  return useSyncExternalStore(
    (listen) => {
      listeners.add(listen);
      return () => listeners.delete(listen);
    },
    () => job,
    () => undefined,
  );
}

/** The set that is being added, so that a second try sends the same one. */
const RUN = "crm-sample-run";
const ERASED_AT_ONCE = 4;

export function addSample(engine: RemoteClient): Promise<boolean> {
  return run("add", async () => {
    const kept = sessionStorage.getItem(RUN) ?? `${newRun()} ${Date.now()}`;
    sessionStorage.setItem(RUN, kept);
    const [name = "", at = ""] = kept.split(" ");
    const { customers, orders } = makeSample(name, Number(at));
    await applied(engine, "Adding customers", customers.length, () => engine.ingest.customers(customers));
    await applied(engine, "Adding orders", orders.length, () => engine.ingest.orders(orders));
    sessionStorage.removeItem(RUN);
  });
}

/** Orders first: one that is sent after its customer was erased would make a record of them anew. Goes on where it was broken off. */
export function removeSample(engine: RemoteClient): Promise<boolean> {
  return run("remove", async () => {
    report({ step: "Looking for sample data", done: 0, of: undefined });
    const { orders } = await findSample(engine);
    if (orders.length > 0) {
      const cancelled = orders.map((order) => sentAgain(order, "cancelled"));
      await applied(engine, "Cancelling orders", orders.length, () => engine.ingest.orders(cancelled));
    }
    const { customers } = await findSample(engine);
    let erased = 0;
    report({ step: "Erasing customers", done: 0, of: customers.length });
    await inTurns(customers, ERASED_AT_ONCE, async (id) => {
      await engine.customers.erase(id);
      erased += 1;
      report({ step: "Erasing customers", done: erased, of: customers.length });
    });
  });
}

export interface FoundSample {
  readonly customers: readonly string[];
  /** Those that still count. */
  readonly orders: readonly Order[];
}

export async function findSample(engine: RemoteClient): Promise<FoundSample> {
  const [customers, orders]: [string[], Order[]] = [[], []];
  for await (const { id } of pages((page) => engine.customers.search("sample-", page)))
    if (isSampleCustomer(id)) customers.push(id);
  for await (const order of pages((page) => engine.orders.list({ channel: SAMPLE_CHANNEL, status: "placed" }, page)))
    if (isSampleOrder(order.id)) orders.push(order);
  return { customers, orders };
}

async function run(what: SampleJob["what"], work: () => Promise<void>): Promise<boolean> {
  if (job?.state === "running") return false;
  put({ what, state: "running", step: "", done: 0, of: undefined });
  try {
    await work();
    report({ state: "done" });
    return true;
  } catch (error) {
    report({ state: "failed", error });
    return false;
  }
}

/** Sends rows, and waits until each has its fate. */
async function applied(engine: RemoteClient, step: string, of: number, send: () => Promise<Accepted>): Promise<void> {
  report({ step, done: 0, of });
  const { batchId } = await send();
  const { rejected, errors } = await engine.batches.completed(batchId, {
    onProgress: (batch) => report({ step, done: batch.accepted + batch.rejected, of }),
  });
  const [first] = errors;
  if (rejected > 0)
    report({
      rejected: {
        rows: (job?.rejected?.rows ?? 0) + rejected,
        reason: first === undefined ? "" : `${first.path} ${first.message}`,
      },
    });
}

async function inTurns<T>(list: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = list.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of left) await work(item);
    }),
  );
}

function report(what: Partial<SampleJob>): void {
  if (job !== undefined) put({ ...job, ...what });
}

function put(next: SampleJob): void {
  job = next;
  for (const listener of listeners) listener();
}
