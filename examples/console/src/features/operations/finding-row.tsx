import type { ReactNode } from "react";
import type { Finding } from "@/api/findings";
import { plainWords } from "@/api/plain-words";
import { Badge } from "@/ui/badge";
import { LinkButton } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { Ago, Time } from "@/ui/time";

export function FindingRow({ finding }: { readonly finding: Finding }) {
  const { needsHand, text, since } = finding;
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3">
      <div className="w-28 shrink-0">
        <Badge tone={needsHand ? "bad" : "warn"}>{needsHand ? "needs a hand" : "will pass"}</Badge>
      </div>
      <div className="min-w-56 flex-1">
        <p className="text-sm break-words">
          <WithTimes text={plainWords(text)} />
        </p>
        {since !== undefined && (
          <p className="text-xs text-muted">
            since <Ago at={since} />
          </p>
        )}
      </div>
      <div className="flex flex-wrap gap-2">{actionOf(finding)}</div>
    </li>
  );
}

function actionOf({ code, campaignId, command }: Finding): ReactNode {
  switch (code) {
    case "campaign_paused":
    case "campaign_failed":
      return (
        campaignId !== undefined && (
          <LinkButton small href={`/campaign?id=${encodeURIComponent(campaignId)}`}>
            Open the campaign
          </LinkButton>
        )
      );
    case "dead_letters":
      return (
        <LinkButton small href="/operations?tab=dead-letters">
          See dead letters
        </LinkButton>
      );
    case "worker_silent":
    case "worker_trouble":
      return <PartLink part="workers">See the workers</PartLink>;
    case "vendor_failing":
    case "vendor_throttles":
      return <PartLink part="vendor">See the sending service</PartLink>;
    case "queue_lag":
      return <PartLink part="queues">See the queues</PartLink>;
    default:
      // What the screen can't do: for whoever runs the engine.
      return <CopyButton text={`npx ${command ?? "crm doctor"}`} label={`Copy the command: ${command ?? "crm doctor"}`} />;
  }
}

/** To a part of this page: by its address, and again where that stands there already. */
function PartLink({ part, children }: { readonly part: string; readonly children: string }) {
  return (
    <LinkButton small href={`/operations#${part}`} onClick={() => document.getElementById(part)?.scrollIntoView()}>
      {children}
    </LinkButton>
  );
}

const INSTANT = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/;

/** The engine's words, with its times in the reader's zone. */
function WithTimes({ text }: { readonly text: string }) {
  const [before, at, ...after] = text.split(INSTANT);
  return (
    <>
      {before}
      {at !== undefined && <Time at={at} />}
      {after.length > 0 && <WithTimes text={after.join("")} />}
    </>
  );
}
