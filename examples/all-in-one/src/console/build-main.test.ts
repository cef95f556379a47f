import { describe, expect, it } from "vitest";
import { isAlive, madeUpConsole, runProgram } from "./made-up-console.fixture.js";

const PATIENCE = { timeout: 15_000, interval: 20 };

describe("npm run build:console", () => {
  it("builds once, and again when a source has changed, without installing again", async () => {
    const made = madeUpConsole();
    const first = runProgram("console/build-main", made);
    expect(await first.exited, first.screen()).toBe(0);
    expect(first.screen()).toContain("building <b>pages</b>");
    expect([made.built(), made.has("out"), made.has("dist.lock"), made.has("dist/.sources")]).toEqual([
      "first",
      false,
      false,
      true,
    ]);
    expect(made.log()).toContain("$ npm ci");

    const second = runProgram("console/build-main", made);
    expect(await second.exited, second.screen()).toBe(0);
    expect(made.builds()).toHaveLength(1);

    made.write("title.txt", "second");
    expect(await runProgram("console/build-main", made).exited).toBe(0);
    expect([made.built(), made.builds().length]).toEqual(["second", 2]);
    expect(made.log()).toContain("$ npm run build");
    expect(made.log()).not.toContain("$ npm ci");
  });

  it("leaves what is built where the next build fails, and says so", async () => {
    const made = madeUpConsole();
    await runProgram("console/build-main", made).exited;
    made.write("title.txt", "second");
    const failing = runProgram("console/build-main", made, { BUILD: "fail" });
    expect(await failing.exited).toBe(1);
    expect(failing.screen()).toContain("npm run build ended with 3");
    expect([made.built(), made.has("dist.lock")]).toEqual(["first", false]);
  });

  it("refuses what a build makes that is no console", async () => {
    const made = madeUpConsole();
    made.write("build.mjs", 'import { mkdirSync } from "node:fs"; mkdirSync("out");');
    const refused = runProgram("console/build-main", made);
    expect(await refused.exited).toBe(1);
    expect(refused.screen()).toContain(".policies.json is missing");
    expect(made.has("dist")).toBe(false);
  });

  it("builds once where two begin at once", async () => {
    const made = madeUpConsole();
    const both = [runProgram("console/build-main", made), runProgram("console/build-main", made)];
    expect(await Promise.all(both.map(({ exited }) => exited))).toEqual([0, 0]);
    expect([made.built(), made.builds().length]).toEqual(["first", 1]);
  });

  it("takes over from a builder that was killed, ends what it left running, and leaves no half", async () => {
    const made = madeUpConsole();
    const killed = runProgram("console/build-main", made, { BUILD: "slow" });
    await expect.poll(() => made.builds().length, PATIENCE).toBe(1);
    killed.child.kill("SIGKILL");
    await killed.exited;
    const [orphan = 0] = made.builds();
    expect([isAlive(orphan), made.has("dist.lock"), made.built()]).toEqual([true, true, undefined]);

    const next = runProgram("console/build-main", made);
    expect(await next.exited, next.screen()).toBe(0);
    expect([isAlive(orphan), made.built(), made.builds().length, made.has("dist.lock")]).toEqual([false, "first", 2, false]);
  });

  it("ends its build when it is interrupted", async () => {
    const made = madeUpConsole();
    const interrupted = runProgram("console/build-main", made, { BUILD: "slow" });
    await expect.poll(() => made.builds().length, PATIENCE).toBe(1);
    interrupted.child.kill("SIGINT");
    expect(await interrupted.exited).toBe(1);
    expect([made.builds().some(isAlive), made.has("dist.lock"), made.built()]).toEqual([false, false, undefined]);
  });
});
