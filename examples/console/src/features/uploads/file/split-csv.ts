/** The first records of CSV text, quotes and all; the last is left out where the text may end in its middle. */
export function splitCsv(text: string, limit: number): readonly (readonly string[])[] {
  const records: string[][] = [];
  let [record, cell, quoted]: [string[], string, boolean] = [[], "", false];
  const endRecord = () => {
    record.push(cell);
    if (record.length > 1 || record[0] !== "") records.push(record);
    [record, cell] = [[], ""];
  };
  for (let at = 0; at < text.length && records.length < limit; at++) {
    const char = text[at];
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') {
        cell += '"';
        at++;
      } else quoted = false;
    } else if (char === '"' && cell === "") quoted = true;
    else if (char === ",") {
      record.push(cell);
      cell = "";
    } else if (char === "\n") endRecord();
    else if (char !== "\r") cell += char;
  }
  if (records.length < limit && (cell !== "" || record.length > 0) && !quoted) endRecord();
  return records;
}
