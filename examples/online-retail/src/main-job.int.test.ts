import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NO_RETAIL_FILE, retailFile } from "../../../test/retail-file.js";
import { needs, serviceUrl } from "../../../test/service-url.js";
import { audiencesByHand } from "./audiences-by-hand.fixture.js";
import { EXPECTED } from "./expected.js";
import { type Figures, runMainJob } from "./main-job.js";
import { salesByHand } from "./sales-by-hand.fixture.js";

describe("the main job gives the same numbers on every pairing", needs("mongo", "redis", "rabbitmq"), () => {
  let folder: string;
  let audiences: Figures["audiences"] | undefined;
  let sales: Figures["sales"] | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "crm-retail-"));
    if (retailFile === undefined) return;
    audiences = await audiencesByHand(retailFile);
    sales = await salesByHand(retailFile);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.for([
    ["sqlite", "redis"],
    ["sqlite", "rabbitmq"],
    ["mongo", "sqlite"],
    ["mongo", "redis"],
    ["mongo", "rabbitmq"],
  ] as const)("%s × %s", { timeout: 400_000 }, async ([store, queue], { skip }) => {
    if (retailFile === undefined) return skip(NO_RETAIL_FILE);
    const namespace = `retail_${randomBytes(4).toString("hex")}`;
    const file = `sqlite:${join(folder, `${namespace}.db`)}`;
    const storeUrl = store === "sqlite" ? file : new URL("/crm", serviceUrl("mongo")).href;
    const queueUrl = queue === "sqlite" ? file : serviceUrl(queue);
    const figures = await runMainJob({ storeUrl, queueUrl, namespace, file: retailFile });
    expect(figures).toMatchObject({ ...EXPECTED, audiences, sales });
  });
});
