import type { Campaign } from "@crm-engine/core";
import { formatNumber } from "@/api/format";
import { isStartingBody } from "../starting-message";
import type { AudienceEstimate } from "../use-audience-estimate";
import { wasTested } from "./tested";

interface Seen {
  readonly campaign: Campaign;
  readonly estimate: AudienceEstimate | undefined;
  /** Variables without a value for somebody whom the preview showed. */
  readonly missing: readonly string[];
  /** Whether the engine can make links to unsubscribe. */
  readonly links: boolean | undefined;
}

/** What nobody has looked at, or is left open, before a draft is sent. */
export function uncheckedOf({ campaign, estimate, missing, links }: Seen): readonly string[] {
  const { id, message, version, name } = campaign;
  const counts =
    estimate === undefined
      ? ["How many it reaches: the count has not come back yet."]
      : [
          ...(estimate.exact
            ? []
            : [
                `The number is an estimate from a sample${estimate.marginOfError === undefined ? "" : `; it may be off by ${formatNumber(estimate.marginOfError)}`}.`,
              ]),
          ...(estimate.reachable?.sharedAddress === null
            ? ["How many share an address: each address gets one message all the same."]
            : []),
        ];
  const mail = message.channel === "email";
  return [
    ...counts,
    ...(wasTested(id, version) ? [] : ["No test message of this version was sent from this tab."]),
    ...(missing.length === 0
      ? []
      : [`Members whom you previewed have no value for ${missing.join(", ")}: it is left empty for them.`]),
    ...(isStartingBody(message.body) ? ["The body is still the one that a new draft begins with."] : []),
    ...(mail && message.subject === name ? ["The subject is the campaign's name."] : []),
    ...(mail && !/unsubscribeUrl/.test(`${message.body}${message.text ?? ""}`)
      ? [
          links === false
            ? "The message has no link to unsubscribe: this engine makes none before its public address (PUBLIC_URL) is set."
            : "The message has no link to unsubscribe (unsubscribeUrl).",
        ]
      : []),
  ];
}

interface VendorDoubt {
  readonly state: string;
  readonly workers: number;
  readonly lastError?: string | undefined;
}

export function vendorDoubts(vendor: VendorDoubt | undefined): readonly string[] {
  if (vendor === undefined) return ["Whether the sending service answers: its state has not come back yet."];
  const { state, workers, lastError } = vendor;
  return [
    ...(workers === 0 ? ["No worker (the process that sends) is alive: nothing is sent until one is."] : []),
    ...(state === "unseen" ? ["Whether the sending service answers: nobody has called it lately."] : []),
    ...(state === "failing" || state === "open"
      ? [`The sending service fails at present${lastError === undefined ? "." : `: ${lastError}`}`]
      : []),
  ];
}
