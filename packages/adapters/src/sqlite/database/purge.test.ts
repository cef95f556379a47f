import { readFile } from "node:fs/promises";
import { afterEach, expect, test, vi } from "vitest";
import { scratchFile } from "../scratch.fixture.js";
import { openConnection } from "./connection.js";
import { purge } from "./purge.js";

afterEach(() => void vi.useRealTimers());

test("what is deleted after a purge that a reader kept from ending is not said to be gone", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const file = await scratchFile();
  const db = await openConnection(file, "full");
  const reader = await openConnection(file, "full");
  db.exec(
    "PRAGMA secure_delete = OFF; CREATE TABLE notes (id INTEGER PRIMARY KEY, note TEXT); INSERT INTO notes VALUES (1, 'kept')",
  );
  const addAndDelete = (note: string) => {
    db.run("INSERT INTO notes VALUES (2, ?)", note);
    db.run("DELETE FROM notes WHERE id = 2");
  };

  addAndDelete("erased early");
  reader.exec("BEGIN");
  reader.get("SELECT * FROM notes");
  expect(purge({ db }), "somebody reads in the log").toBe(false);
  addAndDelete("erased late");
  reader.exec("COMMIT");
  vi.advanceTimersByTime(3_600_000);
  expect(purge({ db })).toBe(true);

  for (const name of [file, `${file}-wal`]) expect(await readFile(name, "latin1")).not.toContain("erased");
  expect(db.all("SELECT note FROM notes")).toEqual([{ note: "kept" }]);
  reader.close();
  db.close();
});

test("is not done twice in a short time", async () => {
  const db = await openConnection(await scratchFile(), "full");
  expect(purge({ db })).toBe(true);
  expect(purge({ db })).toBe(false);
  db.close();
});
