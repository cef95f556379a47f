import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { expect, it } from "vitest";
import { servedApp } from "./served-app.fixture.js";

/** What a page and a worker have of the web, and nothing of Node. */
const WEB = {
  fetch: globalThis.fetch,
  ReadableStream,
  TextDecoder,
  AbortController,
  URL,
  URLSearchParams,
  crypto,
  setTimeout,
  clearTimeout,
};
const KIB = 1_024;

/** A bundle as a page would load it, from the sources here and what they import. */
async function bundle(file: string) {
  const build = await rolldown({
    input: fileURLToPath(new URL(file, import.meta.url)),
    platform: "browser",
    resolve: { extensionAlias: { ".js": [".ts", ".js"] } },
  });
  const { output } = await build.generate({ format: "iife", name: "page", minify: true });
  await build.close();
  expect(output).toHaveLength(1);
  const [{ code, imports }] = output;
  return { code, imports, gzippedKib: gzipSync(code).length / KIB };
}

it("runs in a browser, with the rules of core, on nothing but the web's own globals", async () => {
  const { url } = await servedApp();
  const { code, imports } = await bundle("browser-program.fixture.ts");
  expect({ imports, node: code.includes("node:") }).toEqual({ imports: [], node: false });
  const context = createContext({ ...WEB });
  runInContext(code, context);
  const said: unknown = await runInContext(`page.run(${JSON.stringify(url)})`, context);
  expect(JSON.parse(String(said))).toEqual({
    accepted: 2,
    rejected: 1,
    description: expect.stringContaining("email"),
    ids: ["ada"],
    isMissing: true,
  });
});

it("is small: docs/client.md says how small", async () => {
  expect((await bundle("index.ts")).gzippedKib).toBeLessThan(8);
  expect((await bundle("browser-program.fixture.ts")).gzippedKib).toBeLessThan(34);
});
