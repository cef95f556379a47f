export interface FileFormat {
  readonly contentType: "text/csv" | "application/x-ndjson" | "application/json";
  readonly gzip: boolean;
}

export const FORMAT_NAMES: Readonly<Record<FileFormat["contentType"], string>> = {
  "text/csv": "CSV",
  "application/x-ndjson": "NDJSON, an object a line",
  "application/json": "JSON",
};

const BY_EXTENSION: Readonly<Record<string, FileFormat["contentType"]>> = {
  csv: "text/csv",
  ndjson: "application/x-ndjson",
  jsonl: "application/x-ndjson",
  json: "application/json",
};

/** What a file is: by its name, or else by how it begins. */
export function formatOf(fileName: string, gzip: boolean, beginning: string): FileFormat {
  const extension = /\.([a-z]+)(\.gz)?$/i.exec(fileName)?.[1]?.toLowerCase() ?? "";
  return { contentType: BY_EXTENSION[extension] ?? typeByContent(beginning), gzip };
}

function typeByContent(text: string): FileFormat["contentType"] {
  const start = text.trimStart();
  if (start.startsWith("[")) return "application/json";
  if (!start.startsWith("{")) return "text/csv";
  const [first = "", second = ""] = start.split(/\r?\n/, 2);
  // One whole object on the first line, and another below it, are lines; else it is one object.
  return isJson(first) && second.trim() !== ""
    ? "application/x-ndjson"
    : isJson(start)
      ? "application/json"
      : "application/x-ndjson";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
