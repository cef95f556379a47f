import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { rolldown } from "rolldown";
import { describe, expect, it, onTestFinished } from "vitest";
import { needsConsole, openEngine, openPage } from "./console.fixture.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const README = readFileSync(path.join(ROOT, "README.md"), "utf8");
const API_KEY = "correct-horse";

/** The README's program with its one other line, and a page's own way to what a build sets. */
function remoteProgram(url: string): { readonly code: string; readonly prints: string } {
  const section = /## Embedded\n(.*?)\n## /s.exec(README)?.[1] ?? "";
  const [program = "", client = ""] = [...section.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);
  const line = client.replace("http://127.0.0.1:3000", url).replace("process.env.API_KEY", JSON.stringify(API_KEY));
  const prints = /^\/\/ (.*)\n\nawait crm\.close/m.exec(program)?.[1] ?? "";
  return { code: program.replace(/^const crm = .*\n/m, line), prints };
}

/** As a page's build makes it: what only the embedded line needs is left out. */
async function bundled(code: string): Promise<string> {
  const entry = path.join(ROOT, "examples/embedded/src/readme-program.ts");
  const build = await rolldown({
    input: entry,
    platform: "browser",
    // The embedded line's drivers are looked at before they are left out.
    logLevel: "silent",
    plugins: [
      {
        name: "readme",
        load: (id) => (id === entry ? { code, moduleType: "ts" } : undefined),
        resolveId: (id) => (id === entry ? id : undefined),
      },
    ],
  });
  const { output } = await build.generate({ format: "esm" });
  await build.close();
  const [{ imports, code: module }] = output;
  expect(imports).toEqual([]);
  return module;
}

/** A site of its own, as a page that embeds the engine's client would have. */
async function site(): Promise<{ readonly url: string; serve(module: string): void }> {
  let module = "";
  const server = createServer((request, response) => {
    const [type, body] =
      request.url === "/program.js"
        ? ["text/javascript", module]
        : [
            "text/html",
            '<!doctype html><title>A page</title><link rel="icon" href="data:,"><script type="module" src="program.js"></script>',
          ];
    response.writeHead(200, { "Content-Type": type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    serve: (code) => {
      module = code;
    },
  };
}

describe("the README's program", needsConsole(), () => {
  it("runs as a module of a page of another origin, and prints what the README says", async () => {
    const { url, serve } = await site();
    const engine = await openEngine({ API_KEY, CORS_ORIGINS: url });
    const { code, prints } = remoteProgram(engine.url);
    serve(await bundled(code));
    const { page, complaints } = await openPage(url);
    const printed = page.waitForEvent("console", { predicate: (message) => message.type() === "log" });
    await page.goto("/");
    expect((await printed).text()).toBe(prints);
    expect(prints).toContain("completed");
    expect(complaints).toEqual([]);
  });
});
