"use client";

import type { Campaign } from "@crm-engine/core";
import { useState } from "react";
import { useAllSegments } from "@/api/use-all";
import { Panel } from "@/ui/panel";
import { PreviewPanel } from "../composer/preview/preview-panel";
import { SourceText } from "../source-text";

/** What is, or was, sent to whom. */
export function MessageTab({ campaign, count }: { readonly campaign: Campaign; readonly count: number }) {
  const [member, setMember] = useState<string>();
  const segments = useAllSegments();
  const nameOf = (id: string) => segments.data?.items.find((segment) => segment.id === id)?.name ?? id;
  const { message, segmentIds, excludeSegmentIds } = campaign;
  const rows: readonly (readonly [string, string])[] = [
    ["Audience", segmentIds.map(nameOf).join(", ")],
    ...(excludeSegmentIds.length > 0 ? [["Except", excludeSegmentIds.map(nameOf).join(", ")] as const] : []),
    ["Channel", message.channel === "email" ? "e-mail" : "SMS"],
    ...(message.from === undefined ? [] : [["From", message.from] as const]),
    ...(message.replyTo === undefined ? [] : [["Reply to", message.replyTo] as const]),
    ...(message.subject === undefined ? [] : [["Subject", message.subject] as const]),
    ...(message.preheader === undefined ? [] : [["Preheader", message.preheader] as const]),
  ];
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Panel title="Message">
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
          {rows.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd className="break-words">{value}</dd>
            </div>
          ))}
        </dl>
        <div className="mt-3">
          <SourceText label="Body" text={message.body} />
        </div>
      </Panel>
      <PreviewPanel campaign={campaign} count={count} behind={false} customerId={member} onChoose={setMember} />
    </div>
  );
}
