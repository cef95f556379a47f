import type { Finding } from "@/api/findings";
import { FindingRow } from "./finding-row";

/** First what does not go away by itself. */
export function FindingList({ findings }: { readonly findings: readonly Finding[] }) {
  const sorted = findings.toSorted((a, b) => Number(b.needsHand) - Number(a.needsHand));
  return (
    <ul className="divide-y divide-line">
      {sorted.map((finding) => (
        <FindingRow
          key={`${finding.code} ${finding.campaignId ?? finding.topic ?? finding.workerId ?? ""} ${finding.text}`}
          finding={finding}
        />
      ))}
    </ul>
  );
}
