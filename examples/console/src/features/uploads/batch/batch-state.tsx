import type { Batch } from "@crm-engine/core";
import { Badge } from "@/ui/badge";
import { Time } from "@/ui/time";

type State = Pick<Batch, "status" | "waitsFor" | "truncated" | "rejected">;

export function BatchStateBadge({ status, waitsFor, truncated, rejected }: State) {
  if (status === "processing")
    return waitsFor === undefined ? <Badge tone="info">processing</Badge> : <Badge tone="warn">waiting</Badge>;
  if (truncated) return <Badge tone="warn">cut short</Badge>;
  return rejected > 0 ? <Badge tone="warn">some rejected</Badge> : <Badge tone="good">completed</Badge>;
}

export function WaitsFor({ waitsFor }: Pick<Batch, "waitsFor">) {
  if (waitsFor === undefined || waitsFor.length === 0) return null;
  return (
    <ul className="flex flex-col gap-1 text-sm">
      {waitsFor.map(({ what, why, until }) => (
        <li key={`${what} ${why}`}>
          <span className="font-semibold text-warn">It waits:</span> {why}
          {until !== undefined && (
            <>
              {" "}
              until <Time at={until} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
