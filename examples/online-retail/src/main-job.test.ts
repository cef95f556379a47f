import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { NO_RETAIL_FILE, retailFile } from "../../../test/retail-file.js";
import { EXPECTED } from "./expected.js";
import { runMainJob } from "./main-job.js";

it("does the main job on real orders, to the penny, with no server at all", { timeout: 300_000 }, async ({ skip }) => {
  if (retailFile === undefined) return skip(NO_RETAIL_FILE);
  const folder = await mkdtemp(join(tmpdir(), "crm-retail-"));
  try {
    const url = `sqlite:${join(folder, "crm.db")}`;
    expect(await runMainJob({ storeUrl: url, queueUrl: url, namespace: "retail", file: retailFile })).toMatchObject(EXPECTED);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
