import type { ReadyFile } from "../sending";

/** The same upload for a terminal. A key is named, never shown. */
export function uploadCurl({ kind, file, format, map }: ReadyFile): string {
  const query = map === undefined ? "" : `?map=${encodeURIComponent(map)}`;
  const keyed = sessionStorage.getItem("crm-api-key") !== null;
  return [
    `curl -X POST '${window.location.origin}/api/${kind}${query}'`,
    ...(keyed ? [`-H "Authorization: Bearer $API_KEY"`] : []),
    `-H 'Content-Type: ${format.contentType}'`,
    ...(format.gzip ? ["-H 'Content-Encoding: gzip'"] : []),
    `-H "Idempotency-Key: $(uuidgen)"`,
    `--data-binary @'${file.name.replaceAll("'", `'\\''`)}'`,
  ].join(" \\\n  ");
}
