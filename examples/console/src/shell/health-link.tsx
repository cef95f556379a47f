"use client";

import Link from "next/link";
import { useFindings } from "@/api/findings";
import { Badge } from "@/ui/badge";

/** Whether the engine works, in a word; operations say more. */
export function HealthLink() {
  const { data, error } = useFindings();
  const hand = data?.filter(({ needsHand }) => needsHand).length ?? 0;
  return (
    <Link href="/operations" className="rounded-md p-1 pointer-coarse:p-3">
      <span className="sr-only">Health: </span>
      {error !== null ? (
        <Badge tone="bad">no answer</Badge>
      ) : data === undefined ? (
        <Badge>looking</Badge>
      ) : hand > 0 ? (
        <Badge tone="bad">{hand === 1 ? "1 needs a hand" : `${hand} need a hand`}</Badge>
      ) : data.length > 0 ? (
        <Badge tone="warn">{data.length === 1 ? "1 warning" : `${data.length} warnings`}</Badge>
      ) : (
        <Badge tone="good">all well</Badge>
      )}
    </Link>
  );
}
