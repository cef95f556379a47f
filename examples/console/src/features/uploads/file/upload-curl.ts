import { keptApiKey } from "@/api/api-key";
import { KEY_HEADER, quoted } from "@/ui/copy-button";
import type { ReadyFile } from "../sending";

/** The same upload for a terminal. A key is named, never shown. */
export function uploadCurl({ kind, file, format, map }: ReadyFile): string {
  const query = map === undefined ? "" : `?map=${encodeURIComponent(map)}`;
  return [
    `curl -X POST '${window.location.origin}/api/${kind}${query}'`,
    ...(keptApiKey() === undefined ? [] : [KEY_HEADER]),
    `-H 'Content-Type: ${format.contentType}'`,
    ...(format.gzip ? ["-H 'Content-Encoding: gzip'"] : []),
    `-H "Idempotency-Key: $(uuidgen)"`,
    `--data-binary @${quoted(file.name)}`,
  ].join(" \\\n  ");
}
