import type { Suppression } from "@/api/views";
import { Time } from "@/ui/time";
import { EVIDENCE_WORDS } from "./words";

/** What is known of an address, the newest first. */
export function EvidenceList({ evidence }: Pick<Suppression, "evidence">) {
  return (
    <ul className="flex flex-col gap-1 text-table">
      {evidence.map(({ kind, at, reason }) => (
        <li key={`${kind} ${at}`}>
          {EVIDENCE_WORDS[kind]}{" "}
          <span className="text-muted">
            · <Time at={at} />
          </span>
          {reason !== undefined && <span className="block break-words text-muted">“{reason}”</span>}
        </li>
      ))}
    </ul>
  );
}
