"use client";

import type { Channel, Customer } from "@crm-engine/core";
import { useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { POLL_MS } from "@/api/live";
import type { Contactable } from "@/api/views";
import type { Decision } from "@/features/suppressions/decision-dialog";
import { EvidenceList } from "@/features/suppressions/evidence-list";
import { CHANNEL_WORDS, LIFTED_BY, LIFTED_BY_HAND } from "@/features/suppressions/words";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Time } from "@/ui/time";
import { consentWords, refusalWords } from "../words";
import { StillKnown } from "./still-known";

interface ChannelContactProps {
  readonly channel: Channel;
  readonly id: string;
  readonly address: string | undefined;
  readonly consent: Customer["consent"][Channel];
  onDecide(decision: Decision): void;
  onSaid(): void;
}

export function ChannelContact({ channel, id, address, consent, onDecide, onSaid }: ChannelContactProps) {
  const engine = useEngine();
  const contactable = useQuery({
    queryKey: ["customer", id, "contactable", channel],
    queryFn: () => engine.customers.contactable(id, channel),
    refetchInterval: POLL_MS,
  });
  const { long } = consentWords(consent);
  return (
    <section aria-label={CHANNEL_WORDS[channel]} className="py-3 first:pt-0 last:pb-0">
      <StillKnown query={contactable} className="h-16 w-full">
        {(verdict) => (
          <>
            <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <h3 className="text-sm font-semibold">{CHANNEL_WORDS[channel]}</h3>
              <Badge tone={verdict.contactable ? "good" : "bad"}>{verdict.contactable ? "yes" : "no"}</Badge>
              <Why verdict={verdict} />
            </div>
            <p className="mt-1 text-table text-muted">
              {long}
              {consent?.at !== undefined && (
                <>
                  , on <Time at={consent.at} />
                </>
              )}
            </p>
          </>
        )}
      </StillKnown>
      {address !== undefined && <AddressEvidence channel={channel} address={address} onDecide={onDecide} />}
      <div className="mt-2 flex flex-wrap gap-2">
        {address !== undefined && (
          <Button small onClick={() => onDecide({ kind: "suppress", address, channel })}>
            Suppress the {channel === "sms" ? "number" : "address"}…
          </Button>
        )}
        <Button small aria-label={`Record what they said about ${CHANNEL_WORDS[channel]}`} onClick={onSaid}>
          Record what they said…
        </Button>
      </div>
    </section>
  );
}

function Why({ verdict }: { readonly verdict: Contactable }) {
  if (verdict.contactable) return <span className="text-sm">Messages go out to them.</span>;
  return (
    <span className="text-sm">
      Because {refusalWords(verdict)}
      {verdict.since !== undefined && (
        <>
          , since <Time at={verdict.since} />
        </>
      )}
      .
    </span>
  );
}

/** What is known of the mailbox, whoever has it. */
function AddressEvidence({
  channel,
  address,
  onDecide,
}: {
  readonly channel: Channel;
  readonly address: string;
  readonly onDecide: (decision: Decision) => void;
}) {
  const engine = useEngine();
  const query = useQuery({
    queryKey: ["suppressions", "find", address, channel],
    queryFn: () => engine.suppressions.find(address, { channel }),
    refetchInterval: POLL_MS,
  });
  return (
    <StillKnown query={query} className="mt-2 h-8 w-full">
      {(known) =>
        known.map(({ channel: of, evidence, suppressed, suppressedBy }) => (
          <div key={of} className="mt-2 rounded-md bg-sunken px-3 py-2">
            <p className="mb-1 flex flex-wrap items-center gap-2 text-xs font-semibold text-muted">
              Known of {address}
              {suppressed && <Badge tone="bad">suppressed</Badge>}
            </p>
            <EvidenceList evidence={evidence} />
            {suppressedBy !== undefined && <p className="mt-1 text-xs text-muted">{LIFTED_BY[suppressedBy]}</p>}
            {suppressedBy !== undefined && (
              <Button small className="mt-2" onClick={() => onDecide({ kind: "lift", address, channel: of })}>
                {LIFTED_BY_HAND.has(suppressedBy) ? "Lift by hand…" : "Try to lift by hand…"}
              </Button>
            )}
          </div>
        ))
      }
    </StillKnown>
  );
}
