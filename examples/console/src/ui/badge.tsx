import { clsx } from "clsx";
import type { ReactNode } from "react";
import { deliveryWord } from "./delivery/delivery-state";

export type Tone = "good" | "warn" | "bad" | "info" | "plain";

const TONES: Readonly<Record<Tone, string>> = {
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  info: "bg-info-soft text-info",
  plain: "bg-sunken text-muted",
};
/** A shape for each tone, for whoever does not tell the colours apart. */
const MARKS: Readonly<Record<Tone, string>> = { good: "●", warn: "▲", bad: "■", info: "◆", plain: "○" };

export function Badge({ tone = "plain", children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <span
      className={clsx(
        "inline-flex items-center gap-1 rounded px-1.5 py-0.5 text-xs font-semibold whitespace-nowrap",
        TONES[tone],
      )}
    >
      <span aria-hidden className="text-[0.6rem]">
        {MARKS[tone]}
      </span>
      {children}
    </span>
  );
}

const CAMPAIGN_TONES: Readonly<Record<string, Tone>> = {
  draft: "plain",
  scheduled: "info",
  planning: "info",
  running: "info",
  paused: "warn",
  completed: "good",
  cancelled: "plain",
  failed: "bad",
};

export function CampaignStatusBadge({ status }: { readonly status: string }) {
  return <Badge tone={CAMPAIGN_TONES[status] ?? "plain"}>{status}</Badge>;
}

const DELIVERY_TONES: Readonly<Record<string, Tone>> = {
  pending: "plain",
  claimed: "info",
  sent: "info",
  delivered: "good",
  bounced: "warn",
  failed: "bad",
  skipped: "plain",
  unknown: "warn",
};

export function DeliveryStatusBadge({ status }: { readonly status: string }) {
  return <Badge tone={DELIVERY_TONES[status] ?? "plain"}>{deliveryWord(status)}</Badge>;
}
