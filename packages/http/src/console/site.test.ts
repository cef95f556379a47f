import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { builtSite } from "./site.fixture.js";
import { openSite } from "./site.js";

let built: ReturnType<typeof builtSite>;
beforeEach(() => {
  built = builtSite();
});
afterEach(() => built.remove());

const refusal = async (): Promise<unknown> => openSite(built.folder).catch((error: unknown) => error);

it.each([".policies.json", "index.html", "404.html"])("refuses a folder without %s", async (name) => {
  rmSync(join(built.folder, name));
  expect(await refusal()).toMatchObject({
    code: "invalid",
    message: expect.stringContaining(`is no built console: ${name} is missing.`),
  });
});

it.each(["{", "[]", '{"/index.html":"unsafe-inline"}', '{"/index.html":"sha256-x; script-src *"}'])(
  "refuses policies that are none: %s",
  async (policies) => {
    writeFileSync(join(built.folder, ".policies.json"), policies);
    expect(await refusal()).toMatchObject({ code: "invalid", message: expect.stringContaining("readable .policies.json") });
  },
);

it("refuses a folder that is not there", async () => {
  rmSync(built.folder, { recursive: true });
  expect(await refusal()).toMatchObject({ code: "invalid" });
});

it("goes on as it was opened while the folder is replaced", async () => {
  const site = await openSite(built.folder);
  writeFileSync(join(built.folder, "segments.html"), "another build");
  expect(Buffer.from(site.find("/segments")?.bodies.at(-1)?.bytes ?? []).toString()).toContain("<h1>Segments</h1>");
});
