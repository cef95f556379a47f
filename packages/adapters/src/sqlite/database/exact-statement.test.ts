import { afterAll, expect, it } from "vitest";
import { Connection } from "./connection.js";
import { loadDriver } from "./driver.js";

const driver = await loadDriver();
const db = new Connection(driver.open(":memory:"), driver.version);
afterAll(() => db.close());

it.each([5e-324, 1e-300, 1e-17, 2.2e-16, 2 ** -52, -1e-300, 0.1, 0, -1, 3, 2 ** 31, 2 ** 53, 1e300])(
  "%d is bound as it is",
  (number) => {
    db.exec("CREATE TABLE IF NOT EXISTS numbers (n REAL NOT NULL, note TEXT) STRICT; DELETE FROM numbers");
    db.run("INSERT INTO numbers VALUES (?, '?')", number);
    expect(db.get("SELECT n FROM numbers")?.n).toBe(number);
    expect(db.all("SELECT n, 'is it ?1?' AS note FROM numbers WHERE note = ?2 AND n >= ?1 AND n <= ?1", number, "?")).toEqual([
      { n: number, note: "is it ?1?" },
    ]);
    expect(db.all("SELECT n FROM numbers WHERE 2 -? < 2 AND n = ?", 1, number)).toEqual([{ n: number }]);
  },
);
