import { constants, getPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { isAlive, madeUpConsole, type Program, runProgram } from "./made-up-console.fixture.js";

const PATIENCE = { timeout: 15_000, interval: 20 };
const HTML = { headers: { accept: "text/html" } };

/** What `npm start` answers at `/`, as soon as it does. */
async function home(program: Program): Promise<string> {
  await expect.poll(() => program.url(), PATIENCE).toBeDefined();
  return (await fetch(`${program.url()}/`, HTML)).text();
}

describe("npm start", () => {
  it("answers at once, tells what the build does, and then serves what it made", async () => {
    const made = madeUpConsole();
    const start = runProgram("main", made, { BUILD: "slow" });
    expect(await home(start)).toContain("The console is being built");
    await expect.poll(() => made.builds().length, PATIENCE).toBe(1);
    await expect.poll(() => home(start), PATIENCE).toContain("Its pages are being built");
    expect((await fetch(`${start.url()}/readyz`)).status).toBe(200);
    expect(getPriority(made.builds()[0] ?? 0)).toBe(constants.priority.PRIORITY_LOW);

    const beside = runProgram("main", made);
    await expect.poll(() => home(beside), PATIENCE).toContain("Another process builds it");

    made.write("go.log", "");
    await expect.poll(() => home(start), PATIENCE).toBe("first");
    await expect.poll(() => home(beside), PATIENCE).toBe("first");
    expect((await fetch(`${start.url()}/nothing`, HTML)).status).toBe(404);
    expect(made.builds()).toHaveLength(1);
    expect(start.screen().match(/The web console is (being )?built.*/g)).toHaveLength(2);
    expect(start.screen()).not.toContain("<b>pages</b>");
    expect(beside.screen()).not.toContain("The web console is");
  });

  it("says what failed, works without it, and tries again at the next start", async () => {
    const made = madeUpConsole();
    const failing = runProgram("main", made, { BUILD: "fail" });
    await expect.poll(() => home(failing), PATIENCE).toContain("npm run build ended with 3");
    const page = await home(failing);
    expect(page).toContain("no such module &lt;script&gt;");
    expect(page).toContain("dist.log");
    expect((await fetch(`${failing.url()}/api/customers`)).status).toBe(200);
    expect(failing.screen()).toContain("The web console was not built: npm run build ended with 3");
    failing.child.kill("SIGTERM");
    expect(await failing.exited).toBe(0);

    const next = runProgram("main", made);
    await expect.poll(() => home(next), PATIENCE).toBe("first");
  });

  it.each(["SIGTERM", "SIGINT"] as const)("ends its build with itself on %s", async (signal) => {
    const made = madeUpConsole();
    const start = runProgram("main", made, { BUILD: "slow" });
    await expect.poll(() => made.builds().length, PATIENCE).toBe(1);
    start.child.kill(signal);
    expect(await start.exited).toBe(0);
    expect([made.builds().some(isAlive), made.has("dist.lock"), made.built()]).toEqual([false, false, undefined]);
  });

  it("ends its build for good when a second signal ends it at once", async () => {
    const made = madeUpConsole();
    const start = runProgram("main", made, { BUILD: "deaf" });
    await expect.poll(() => made.builds().length, PATIENCE).toBe(1);
    start.child.kill("SIGTERM");
    await sleep(100);
    start.child.kill("SIGTERM");
    await start.exited;
    await expect.poll(() => made.builds().some(isAlive), PATIENCE).toBe(false);
  });

  it("says how to get a console where npm is not there, or where none is wanted", async () => {
    const made = madeUpConsole();
    const bare = runProgram("main", made, { PATH: "/nonexistent" });
    await expect.poll(() => home(bare), PATIENCE).toContain("npm, which would build it, is not installed");
    expect(await home(bare)).toContain("crm serve --console DIR");
    const off = runProgram("main", made, { CONSOLE: "off" });
    expect(await home(off)).toContain("There is no web console here");
    expect(off.screen()).not.toContain("Web console on");
    expect(made.builds()).toEqual([]);
  });
});
