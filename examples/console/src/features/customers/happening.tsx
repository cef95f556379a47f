import { Mail, ShieldCheck, ShoppingBag, UserRoundCheck } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { formatMoney, plural } from "@/api/format";
import type { TimelineItem } from "@/api/views";
import { CHANNEL_WORDS, EVIDENCE_WORDS } from "@/features/suppressions/words";
import { Badge, type Tone } from "@/ui/badge";
import { campaignHref, orderHref, reasonWords } from "./words";

type Of<K extends TimelineItem["kind"]> = Extract<TimelineItem, { readonly kind: K }>;

const EVENT_TONES: Readonly<Record<Of<"message">["event"], Tone>> = {
  sent: "info",
  delivered: "good",
  failed: "bad",
  bounced: "warn",
  opened: "good",
  clicked: "good",
  complained: "bad",
  unsubscribed: "warn",
  skipped: "plain",
  unknown: "warn",
};

const SAID_BY: Readonly<Record<Of<"consent">["by"], string>> = {
  record: "by an upload or a form",
  complained: "by a spam report",
  unsubscribed: "by the person",
};

/** One line of a time line, with the link to what it is about. */
export function Happening({ item, campaignName }: { readonly item: TimelineItem; readonly campaignName: string | undefined }) {
  switch (item.kind) {
    case "order":
      return <OrderLine item={item} />;
    case "message":
      return (
        <Line icon={<Mail aria-hidden size={15} />}>
          {CHANNEL_WORDS[item.channel]}{" "}
          <Link href={campaignHref(item.campaignId)} className="font-medium text-accent hover:underline">
            {campaignName ?? item.campaignId}
          </Link>{" "}
          <Badge tone={EVENT_TONES[item.event]}>{item.event}</Badge>
          {item.reason !== undefined && <span className="text-muted"> {reasonWords(item.reason)}</span>}
        </Line>
      );
    case "consent":
      return (
        <Line icon={<UserRoundCheck aria-hidden size={15} />}>
          Consent to {CHANNEL_WORDS[item.channel]}{" "}
          <Badge tone={item.state === "subscribed" ? "good" : "warn"}>{item.state}</Badge>
          <span className="text-muted"> {SAID_BY[item.by]}</span>
        </Line>
      );
    case "evidence":
      return (
        <Line icon={<ShieldCheck aria-hidden size={15} />}>
          {CHANNEL_WORDS[item.channel]} address: {EVIDENCE_WORDS[item.evidence].toLowerCase()}
          {item.reason !== undefined && <span className="text-muted"> “{item.reason}”</span>}
        </Line>
      );
  }
}

function OrderLine({ item: { order } }: { readonly item: Of<"order"> }) {
  const { id, type, status, amount, currency, items, channel } = order;
  return (
    <Line icon={<ShoppingBag aria-hidden size={15} />}>
      {type === "refund" ? "Refund" : "Order"}{" "}
      <Link href={orderHref(id)} className="font-medium text-accent hover:underline">
        {id}
      </Link>{" "}
      <span className="font-semibold whitespace-nowrap tabular-nums">
        {type === "refund" && "−"}
        {formatMoney(amount, currency)}
      </span>{" "}
      {status === "cancelled" && <Badge tone="warn">cancelled</Badge>}
      <span className="text-muted">
        {" "}
        {items.length > 0 && plural(items.length, "line")}
        {channel !== undefined && ` · ${channel}`}
      </span>
    </Line>
  );
}

function Line({ icon, children }: { readonly icon: ReactNode; readonly children: ReactNode }) {
  return (
    <div className="flex gap-2">
      <span className="mt-0.5 shrink-0 text-muted">{icon}</span>
      <div className="min-w-0 break-words">{children}</div>
    </div>
  );
}
