import { RemoteError } from "../remote-error.js";
import type { UploadBody, UploadFormat } from "../uploads.js";

const TYPES: Readonly<Record<string, UploadFormat["contentType"]>> = {
  csv: "text/csv",
  tsv: "text/tab-separated-values",
  tab: "text/tab-separated-values",
  ndjson: "application/x-ndjson",
  jsonl: "application/x-ndjson",
  json: "application/json",
};

/** What the body is, as its sender or its name says; `invalid` where neither does. */
export function uploadFormat(
  body: UploadBody,
  { contentType, gzip, fileName = nameOf(body) }: Partial<UploadFormat> & { readonly fileName?: string },
): UploadFormat {
  const [, extension = "", gz] = /\.([a-z]+?)(\.gz)?$/i.exec(fileName) ?? [];
  const type = contentType ?? TYPES[extension.toLowerCase()];
  if (type === undefined) {
    const message = "say contentType, or a fileName that ends in .csv, .tsv, .tab, .ndjson, .jsonl or .json, with or without .gz";
    throw new RemoteError("invalid", message, { details: { issues: [{ path: "contentType", message }] } });
  }
  return { contentType: type, gzip: gzip ?? gz !== undefined };
}

function nameOf(body: UploadBody): string {
  return typeof body === "object" && "name" in body && typeof body.name === "string" ? body.name : "";
}
