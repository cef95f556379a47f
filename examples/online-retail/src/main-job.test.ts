import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NO_RETAIL_FILE, retailFile } from "../../../test/retail-file.js";
import { audiencesByHand } from "./audiences-by-hand.fixture.js";
import { EXPECTED } from "./expected.js";
import { runMainJob } from "./main-job.js";
import { salesByHand } from "./sales-by-hand.fixture.js";

describe("the main job on real orders, with no server at all, is right to the penny and the person", () => {
  it.for(["sqlite", "memory"] as const)("%s", { timeout: 600_000 }, async (store, { skip }) => {
    if (retailFile === undefined) return skip(NO_RETAIL_FILE);
    const folder = await mkdtemp(join(tmpdir(), "crm-retail-"));
    try {
      const url = store === "memory" ? "memory:" : `sqlite:${join(folder, "crm.db")}`;
      const figures = await runMainJob({ storeUrl: url, queueUrl: url, namespace: "retail", file: retailFile });
      expect(figures).toMatchObject({
        ...EXPECTED,
        audiences: await audiencesByHand(retailFile),
        sales: await salesByHand(retailFile),
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
