import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { takeLock } from "./build-lock.js";
import { identityOf } from "./process-identity.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crm-lock-"));
  file = join(folder, "dist.lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hold = (holder: object): void => writeFileSync(file, JSON.stringify({ token: "theirs", ...holder }));
const holder = (): unknown => JSON.parse(readFileSync(file, "utf8"));

async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => child.on("close", resolve));
  return child.pid ?? 0;
}

it("has one holder at a time, and leaves nothing behind", () => {
  const lock = takeLock(file);
  expect(lock).toBeDefined();
  expect(takeLock(file)).toBeUndefined();
  lock?.release();
  expect(readdirSync(folder)).toEqual([]);
  expect(takeLock(file)).toBeDefined();
});

it("is taken over from a holder that is gone, by one", async () => {
  hold({ pid: await deadProcess(), startedAt: "once" });
  expect(takeLock(file)).toBeDefined();
  expect(takeLock(file)).toBeUndefined();
  expect(holder()).toMatchObject(identityOf(process.pid) ?? {});
  expect(readdirSync(folder)).toEqual(["dist.lock"]);
});

it("is taken over where another process has the holder's number now, which is left alone", () => {
  hold({ pid: process.ppid, startedAt: "before", group: { pid: process.ppid, startedAt: "before" } });
  expect(takeLock(file)).toBeDefined();
  expect(identityOf(process.ppid)).toBeDefined();
});

it("is left to a holder that runs", () => {
  hold(identityOf(process.ppid) ?? {});
  expect(takeLock(file)).toBeUndefined();
  expect(holder()).toMatchObject({ token: "theirs" });
});

it("is taken over from one who died while it took it over", async () => {
  const dead = { pid: await deadProcess(), startedAt: "once" };
  hold(dead);
  writeFileSync(`${file}.theirs`, JSON.stringify({ ...dead, token: "follower" }));
  expect(takeLock(file)).toBeDefined();
  expect(readdirSync(folder)).toEqual(["dist.lock"]);
});

it("is not given up by one who has it no more", () => {
  const lock = takeLock(file);
  hold(identityOf(process.ppid) ?? {});
  lock?.release();
  expect(existsSync(file)).toBe(true);
});

it("ends what works for a holder that is gone, and all of its group", async () => {
  const script = `const { spawn } = require("node:child_process");
    console.log(spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]).pid);
    setInterval(() => {}, 1000);`;
  const group = spawn(process.execPath, ["-e", script], { detached: true });
  const member = await new Promise<number>((resolve) => group.stdout.once("data", (line) => resolve(Number(line))));
  hold({ pid: await deadProcess(), startedAt: "once", group: identityOf(group.pid ?? 0) });
  expect(takeLock(file)).toBeDefined();
  await expect.poll(() => [group.pid ?? 0, member].map(identityOf)).toEqual([undefined, undefined]);
});

it("says what to do about a file that is no lock", () => {
  writeFileSync(file, "");
  expect(() => takeLock(file)).toThrow(/dist\.lock is no lock of a build; it can be removed/);
});
