import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { crm, temporaryFolder } from "./crm-process.fixture.js";

const run = promisify(execFile);

/** Starts on a file of its own; what stands on the screen, and a shell in the same folder, are the newcomer's. */
async function newcomer() {
  const folder = temporaryFolder();
  const started = crm(["start"], { STORE_URL: `sqlite:${join(folder.path, "crm.db")}`, PORT: "0" });
  const url = await started.url;
  const type = async (lines: string): Promise<string> => (await run("bash", ["-c", lines], { cwd: folder.path })).stdout;
  const leave = async (): Promise<string> => {
    started.child.kill("SIGTERM");
    const { stdout } = await started.exited;
    folder.remove();
    return stdout;
  };
  return { url, type, leave, screen: () => started.screen() };
}

it("what start prints works when it is pasted, and ends with a customer and nothing that is wrong", {
  timeout: 60_000,
}, async () => {
  const { type, leave, screen } = await newcomer();
  await expect.poll(() => screen(), { timeout: 10_000 }).toContain("/api/findings");
  const lines = screen()
    .split("\n")
    .filter((line) => line.startsWith("  "));
  const [accepted = "", customer = "", findings = ""] = (await type(lines.join("\n"))).trim().split("\n");
  expect(JSON.parse(accepted)).toMatchObject({ received: 1 });
  expect(JSON.parse(customer)).toMatchObject({ id: "ada", email: "ada@example.com", name: "Ada" });
  expect(JSON.parse(findings)).toEqual({ items: [] });
  await leave();
});

it("the README's five minutes work as they stand, and end with a campaign that reached one of one", {
  timeout: 60_000,
}, async () => {
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  const section = readme.slice(readme.indexOf("## Five minutes"), readme.indexOf("### A real file"));
  const { url, type, leave } = await newcomer();
  const commands = [...section.matchAll(/```console\n(.*?)```/gs)].flatMap(([, block = ""]) =>
    [...block.matchAll(/^\$ (.*?)(?=^[${]|$(?![\s\S]))/gms)].map(([, command = ""]) => command),
  );
  expect(commands.length).toBeGreaterThan(8);
  const pasted = commands.map((command) => `${command.trimEnd()}\necho`).join("\n");
  const said = (await type(pasted.replaceAll("http://127.0.0.1:3000", url))).split("\n").filter((line) => line !== "");
  const answers = said.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  expect(answers.find(({ count }) => count !== undefined)).toMatchObject({ count: 1, exact: true });
  expect(answers.at(-1)).toMatchObject({ total: 1, delivered: 1 });
  await leave();
});
