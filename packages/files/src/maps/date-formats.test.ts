import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { dateReader, formatFault } from "./date-formats.js";
import { Refused } from "./refused.js";

function read(cell: string, formats: string | readonly string[] = [], zone?: string): string {
  const date = dateReader(typeof formats === "string" ? [formats] : formats, zone)(cell);
  return date instanceof Refused ? `refused: ${date.message}` : date;
}

describe("a date under a format", () => {
  it.each([
    ["03/04/2026", "D/M/YYYY", undefined, "2026-04-03"],
    ["03/04/2026", "M/D/YYYY", undefined, "2026-03-04"],
    ["12/1/2010 8:26", "M/D/YYYY H:mm", undefined, "2010-12-01T08:26:00.000"],
    ["29/02/2024", "DD/MM/YYYY", undefined, "2024-02-29"],
    ["1.2.26", "D.M.YY", undefined, "2026-02-01"],
    ["1.2.69", "D.M.YY", undefined, "1969-02-01"],
    ["Apr 3, 2026 12:05 am", "MMM D, YYYY h:mm A", undefined, "2026-04-03T00:05:00.000"],
    ["3 september 2026, 12 PM", "D MMMM YYYY, h A", undefined, "2026-09-03T12:00:00.000"],
    ["Fri, 3rd Apr 2026", "ddd, Do MMM YYYY", undefined, "2026-04-03"],
    ["2023-04-12 10:44:01 -0400", "YYYY-MM-DD HH:mm:ss ZZ", undefined, "2023-04-12T14:44:01.000Z"],
    ["2023-04-12T10:44:01.5+05:30", "YYYY-MM-DDTHH:mm:ss.SZ", undefined, "2023-04-12T05:14:01.500Z"],
    ["1681296241", "X", undefined, "2023-04-12T10:44:01.000Z"],
    ["am 3.4.2026", "[am] D.M.YYYY", undefined, "2026-04-03"],
    ["01/07/2026 09:00", "D/M/YYYY HH:mm", "Europe/London", "2026-07-01T08:00:00.000Z"],
    ["01/07/2026", "D/M/YYYY", "Europe/London", "2026-06-30T23:00:00.000Z"],
    ["29/03/2026 01:30", "D/M/YYYY HH:mm", "Europe/London", "2026-03-29T01:30:00.000Z"],
    ["25/10/2026 01:30", "D/M/YYYY HH:mm", "Europe/London", "2026-10-25T00:30:00.000Z"],
  ])("%s as %s in %s is %s", (cell, format, zone, expected) => {
    expect(read(cell, format, zone)).toBe(expected);
  });

  it.each([
    ["31/02/2026", "DD/MM/YYYY"],
    ["29/02/2026", "D/M/YYYY"],
    ["13/13/2026", "D/M/YYYY"],
    ["03/04/2026 24:00", "D/M/YYYY H:mm"],
    ["03/04/2026 13:00 PM", "D/M/YYYY h:mm A"],
  ])("%s is no day, or no time of day", (cell, format) => {
    expect(read(cell, format)).toMatch(/^refused: .* is no day that there is$/);
    expect(read(cell, format, "Europe/London")).toMatch(/^refused/);
  });

  it("takes the first format that fits, and names them where none does", () => {
    const formats = ["YYYY-MM-DD HH:mm:ss", "M/D/YYYY H:mm"];
    expect([read("2010-12-01 08:26:00", formats), read("12/1/2010 8:26", formats)]).toEqual(
      Array.from({ length: 2 }, () => "2010-12-01T08:26:00.000"),
    );
    expect(read("1 Dec", formats)).toBe('refused: "1 Dec" is not a date as YYYY-MM-DD HH:mm:ss or M/D/YYYY H:mm');
  });

  it.each(["Europe/London", "America/New_York", "Pacific/Apia"])("is the same on a machine in %s", (zone) => {
    const program = `import { dateReader } from ${JSON.stringify(new URL("../../dist/maps/date-formats.js", import.meta.url).href)};
      console.log(JSON.stringify([dateReader(["D/M/YYYY H:mm"])("29/3/2026 1:30"), dateReader(["D/M/YYYY H:mm Z"])("29/3/2026 1:30 +0100"),
        dateReader(["D/M/YYYY H:mm"], "America/New_York")("8/3/2026 2:30")]))`;
    const env = { ...process.env, TZ: zone };
    const out = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8", env });
    expect(JSON.parse(out)).toEqual(["2026-03-29T01:30:00.000", "2026-03-29T00:30:00.000Z", "2026-03-08T07:30:00.000Z"]);
  });
});

describe("a date without a format", () => {
  it.each([
    ["2026-04-03", "2026-04-03"],
    ["2026-04-03T10:00:00+02:00", "2026-04-03T08:00:00.000Z"],
    ["2026/4/3", "2026-04-03"],
    ["25/12/2026", "2026-12-25"],
    ["12/25/2026 5:04 PM", "2026-12-25T17:04:00.000"],
    ["03/03/2026", "2026-03-03"],
  ])("is read where it can only be one day: %s", (cell, expected) => {
    expect(read(cell)).toBe(expected);
  });

  it("is refused with a hint where it can be two", () => {
    expect(read("03/04/2026")).toBe(
      'refused: "03/04/2026" may be 3 April or 4 March: say which in the map, as format "D/M/YYYY" or "M/D/YYYY"',
    );
    expect(read("03.04.2026 10:00")).toContain("may be 3 April or 4 March");
  });

  it.each(["yesterday", "03/04/26", "31/31/2026", "2026-02-30", "1681296241"])("is refused where it is none: %s", (cell) => {
    expect(read(cell)).toMatch(/^refused/);
  });
});

it.each([
  ["D/M/YYYY", undefined],
  ["YYYY-MM-DD[T]HH:mm:ssZ", undefined],
  ["x", undefined],
  ["DD.MM.", "needs a year, a month and a day, such as D/M/YYYY"],
  ["dd/mm/yyyy", expect.stringContaining("is no token")],
  ["D/M/YYYY h:mm", expect.stringContaining("h needs A")],
  ["D/D/YYYY", "says its day twice"],
])("the format %s: %s", (format, fault) => {
  expect(formatFault(format)).toEqual(fault);
});
