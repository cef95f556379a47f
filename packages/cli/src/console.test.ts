import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { crm, temporaryFolder } from "./crm-process.fixture.js";

let folder: ReturnType<typeof temporaryFolder>;
let store: { readonly STORE_URL: string; readonly PORT: string };
beforeEach(() => {
  folder = temporaryFolder();
  store = { STORE_URL: `sqlite:${join(folder.path, "crm.db")}`, PORT: "0" };
});
afterEach(() => folder.remove());

it.each(["serve", "start"])(
  "crm %s --console: what is built is served at /, without the key that the API wants",
  async (command) => {
    const site = join(folder.path, "site");
    mkdirSync(site);
    for (const name of ["index.html", "404.html", "segments.html"]) writeFileSync(join(site, name), name);
    writeFileSync(join(site, ".policies.json"), "{}");
    const served = crm([command, "--console", site], { ...store, API_KEY: "s3cret-key", CONSOLE: "off" });
    const url = await served.url;
    const ask = async (path: string): Promise<readonly [number, string]> => {
      const response = await fetch(`${url}${path}`, { headers: { accept: "text/html" } });
      return [response.status, await response.text()];
    };
    expect(await ask("/")).toEqual([200, "index.html"]);
    expect(await ask("/segments")).toEqual([200, "segments.html"]);
    expect(await ask("/nothing")).toEqual([404, "404.html"]);
    expect((await ask("/api/customers"))[0]).toBe(401);
    served.child.kill("SIGTERM");
    expect(await served.exited).toMatchObject({ code: 0 });
  },
);

it.each(["serve", "start"])(
  "crm %s --console of a folder that is none: one line that says what to do, exit code 78",
  async (command) => {
    const { code, stdout, stderr } = await crm([command, "--console", folder.path], store).exited;
    expect({ code, stdout, lines: stderr.trimEnd().split("\n").length }).toEqual({ code: 78, stdout: "", lines: 1 });
    expect(stderr).toMatch(/^crm: --console: ".*" is no built console: \.policies\.json is missing\. npm run build:console/);
  },
);

it("says how to get a console where none is given", async () => {
  const started = crm(["start"], store);
  const response = await fetch(`${await started.url}/`);
  expect(await response.text()).toContain("crm serve --console DIR");
  expect(started.screen()).not.toContain("Web console");
  started.child.kill("SIGTERM");
  await started.exited;
});
