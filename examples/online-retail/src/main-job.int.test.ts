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
import { writeSomeCustomers } from "./some-customers.fixture.js";

type Store = "sqlite" | "mongo";
type Queue = "sqlite" | "redis" | "rabbitmq";

describe("the main job gives the same numbers on every pairing", needs("mongo", "redis", "rabbitmq"), () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "crm-retail-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const runOn = (store: Store, queue: Queue, file: string): Promise<Figures> => {
    const namespace = `retail_${randomBytes(4).toString("hex")}`;
    const database = `sqlite:${join(folder, `${namespace}.db`)}`;
    const storeUrl = store === "sqlite" ? database : new URL("/crm", serviceUrl("mongo")).href;
    return runMainJob({ storeUrl, queueUrl: queue === "sqlite" ? database : serviceUrl(queue), namespace, file });
  };

  // Each store and each broker has the whole file once; `npm run main-job` gives it to every pairing.
  it.for([
    ["sqlite", "rabbitmq"],
    ["mongo", "redis"],
  ] as const)("%s × %s, with the whole file", { timeout: 900_000 }, async ([store, queue], { skip }) => {
    if (retailFile === undefined) return skip(NO_RETAIL_FILE);
    const figures = await runOn(store, queue, retailFile);
    expect(figures).toMatchObject({
      ...EXPECTED,
      audiences: await audiencesByHand(retailFile),
      sales: await salesByHand(retailFile),
    });
  });

  describe("with one customer in eight", () => {
    let file: string;
    let inMemory: Omit<Figures, "servers" | "seconds">;
    beforeAll(async () => {
      if (retailFile === undefined) return;
      file = join(folder, "some.csv.gz");
      await writeSomeCustomers(retailFile, file);
      const {
        servers: _,
        seconds: __,
        ...figures
      } = await runMainJob({
        storeUrl: "memory:",
        queueUrl: "memory:",
        namespace: "retail",
        file,
      });
      inMemory = figures;
    }, 300_000);

    it("memory", async ({ skip }) => {
      if (retailFile === undefined) return skip(NO_RETAIL_FILE);
      const [audiences, sales] = [await audiencesByHand(file), await salesByHand(file)];
      expect(inMemory).toMatchObject({ customers: 555, accounted: true, secondLaunch: 409, rowsChanged: 1, audiences, sales });
    });

    it.for([
      ["sqlite", "redis"],
      ["mongo", "sqlite"],
      ["mongo", "rabbitmq"],
    ] as const)("%s × %s", { timeout: 300_000 }, async ([store, queue], { skip }) => {
      if (retailFile === undefined) return skip(NO_RETAIL_FILE);
      expect(await runOn(store, queue, file)).toMatchObject(inMemory);
    });
  });
});
