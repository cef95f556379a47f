import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../crm-process.fixture.js";
import { recountCommand } from "./recount.js";

let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
  vi.stubEnv("STORE_URL", `sqlite:${join(folder.path, "crm.db")}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  folder.remove();
});

describe("crm recount", () => {
  it("that is interrupted says what to do, in one line", async () => {
    const counting = recountCommand();
    process.emit("SIGTERM", "SIGTERM");
    await expect(counting).rejects.toMatchObject({
      name: "CommandError",
      message: "interrupted; run it again to check the rest",
    });
  });
});
