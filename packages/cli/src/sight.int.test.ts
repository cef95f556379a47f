import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openProxy } from "../../../test/cuttable-proxy.js";
import { needs, serviceUrl } from "../../../test/service-url.js";
import { getJson } from "./crm-process.fixture.js";
import {
  addPeople,
  completes,
  DRILL_MS,
  type Drill,
  doctorIsContent,
  doctorSays,
  launch,
  openDrill,
  TOLD_WITHIN_MS,
  waits,
} from "./sight.fixture.js";

const PORTS = { redis: 6379, rabbitmq: 5672, mongo: 27017 };

async function drillOn(storeUrl: string, queueUrl: string): Promise<Drill> {
  const drill = await openDrill({
    STORE_URL: storeUrl,
    QUEUE_URL: queueUrl,
    NAMESPACE: `test_${randomUUID().slice(0, 8)}`,
    SENDER_URL: "simulated:",
  });
  drill.worker();
  await completes(drill, await addPeople(drill, 10), TOLD_WITHIN_MS);
  // Until it is seen, it may still be subscribing.
  await expect.poll(() => getJson(`${drill.url}/readyz`), { timeout: TOLD_WITHIN_MS }).toMatchObject({ workers: { alive: 1 } });
  return drill;
}

async function isReady(drill: Drill, status: 200 | 503): Promise<void> {
  await expect
    .poll(async () => (await fetch(`${drill.url}/readyz`)).status, { timeout: TOLD_WITHIN_MS, interval: 200 })
    .toBe(status);
}

async function isLogged(drill: Drill, message: string): Promise<void> {
  await expect.poll(() => drill.logged(message).length, { timeout: TOLD_WITHIN_MS }).toBeGreaterThan(0);
}

const BROKERS = ["redis", "rabbitmq"] as const;

describe.each(BROKERS)("a broker that is away: %s", needs("mongo", "redis", "rabbitmq"), (broker) => {
  it("is told apart, and goes on by itself", { timeout: DRILL_MS }, async () => {
    const proxy = await openProxy(serviceUrl(broker), PORTS[broker]);
    const drill = await drillOn(serviceUrl("mongo"), proxy.url);
    proxy.cut();
    await isReady(drill, 503);
    await isLogged(drill, "the queue does not answer");
    await doctorSays(drill, { text: /fail +The queue does not answer: .*QUEUE_URL/, code: 1 });
    // Campaigns need no broker.
    await completes(drill, await launch(drill), TOLD_WITHIN_MS);

    await proxy.mend();
    await isReady(drill, 200);
    await isLogged(drill, "the queue answers again");
    await doctorIsContent(drill);
    await completes(drill, await addPeople(drill, 20), TOLD_WITHIN_MS);
  });
});

describe("a store that is away", needs("mongo", "redis"), () => {
  it("is told apart, and goes on by itself", { timeout: DRILL_MS }, async () => {
    const proxy = await openProxy(serviceUrl("mongo"), PORTS.mongo);
    const url = new URL(proxy.url);
    url.searchParams.set("directConnection", "true");
    const drill = await drillOn(url.href, serviceUrl("redis"));
    proxy.cut();
    await isReady(drill, 503);
    await isLogged(drill, "the store does not answer");
    await doctorSays(drill, { text: /The store does not answer: .*STORE_URL/, code: 1 });

    await proxy.mend();
    await isReady(drill, 200);
    await isLogged(drill, "the store answers again");
    await doctorIsContent(drill);
    const campaign = await launch(drill);
    await completes(drill, campaign, TOLD_WITHIN_MS);
    expect(await waits(drill, campaign, undefined)).toMatchObject({ what: "nothing" });
    expect(await getJson(`${drill.url}/readyz`)).toMatchObject({ workers: { alive: 1 } });
  });
});
