"use client";

import { useFindings } from "@/api/findings";
import { plural } from "@/api/format";
import { POLL_MS } from "@/api/live";
import { Badge } from "@/ui/badge";
import { CopyAsCurl } from "@/ui/copy-button";
import { Loaded } from "@/ui/data-table";
import { Panel, SkeletonRows } from "@/ui/panel";
import { FindingList } from "./finding-list";

/** What is wrong, first what does not go away by itself. */
export function FindingsPanel() {
  const query = useFindings({ everyMs: POLL_MS });
  return (
    <Panel flush title="What needs a hand" actions={<CopyAsCurl method="GET" path="/api/findings" />}>
      <Loaded query={query} skeleton={<SkeletonRows rows={2} />}>
        {(findings) => {
          const hand = findings.filter(({ needsHand }) => needsHand).length;
          const passing = findings.length - hand;
          return (
            <div className="border-t border-line">
              <p role="status" className="sr-only">
                {plural(hand, "finding needs a hand", "findings need a hand")}, {plural(passing, "passes", "pass")} by themselves.
              </p>
              {findings.length === 0 ? (
                <p className="flex items-center gap-2 px-4 py-3 text-sm">
                  <Badge tone="good">all well</Badge>
                  Nothing needs a hand: store, queue, workers and sending service do what they should.
                </p>
              ) : (
                <FindingList findings={findings} />
              )}
            </div>
          );
        }}
      </Loaded>
    </Panel>
  );
}
