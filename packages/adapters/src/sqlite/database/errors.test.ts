import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Connection } from "./connection.js";
import { loadDriver } from "./driver.js";
import { isBusy, toWire } from "./errors.js";

let folder: string;
const opened: Connection[] = [];
const open = async () => {
  const { open, version } = await loadDriver();
  const connection = new Connection(open(join(folder, "test.db")), version);
  connection.exec("PRAGMA busy_timeout = 0");
  opened.push(connection);
  return connection;
};
const thrownBy = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("It did not fail.");
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crm-errors-"));
});
afterEach(() => {
  for (const connection of opened.splice(0)) connection.close();
  rmSync(folder, { recursive: true });
});

describe("a file that another connection has locked", () => {
  it.each([
    ["get", (db: Connection) => db.get("SELECT x FROM t")],
    ["all", (db: Connection) => db.all("SELECT x FROM t")],
    ["run", (db: Connection) => db.run("INSERT INTO t VALUES (2)")],
    ["all that writes", (db: Connection) => db.all("INSERT INTO t VALUES (2) RETURNING x")],
    ["exec", (db: Connection) => db.exec("SELECT x FROM t")],
  ])("is busy to %s, and unavailable to who asked", async (_, use) => {
    const [holder, other] = [await open(), await open()];
    holder.exec("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
    expect(other.all("SELECT x FROM t")).toHaveLength(1);
    holder.exec("BEGIN EXCLUSIVE");
    const error = thrownBy(() => use(other));
    expect(isBusy(error)).toBe(true);
    expect(toWire(error)).toMatchObject({ code: "unavailable", cause: { errcode: 5 } });
    holder.exec("COMMIT");
    use(other);
  });
});

it("another failure of SQLite's is no lock, and unavailable all the same", async () => {
  const db = await open();
  db.exec("CREATE TABLE t (x INTEGER PRIMARY KEY) STRICT");
  const error = thrownBy(() => db.all("INSERT INTO t VALUES (1), (1) RETURNING x"));
  expect(isBusy(error)).toBe(false);
  expect(toWire(error)).toMatchObject({ code: "unavailable", message: expect.stringContaining("UNIQUE") });
});

it("what is too large for any row is refused, since trying again would not help", async () => {
  const db = await open();
  expect(toWire(thrownBy(() => db.run("SELECT length(zeroblob(2147483647))")))).toMatchObject({ code: "invalid" });
});

it("an error of our own has no code", () => {
  expect(toWire(new TypeError("x is not a function"))).toEqual({ message: "x is not a function" });
});
