"use client";

import type { Channel, Customer } from "@crm-engine/core";
import { useState } from "react";
import { type Decision, DecisionDialog } from "@/features/suppressions/decision-dialog";
import { CHANNELS } from "@/features/suppressions/words";
import { Panel } from "@/ui/panel";
import { ChannelContact } from "./channel-contact";
import { ConsentDialog } from "./consent-dialog";

const ADDRESS = { email: "email", sms: "phone" } as const satisfies Record<Channel, keyof Customer>;

/** What the gate before every message says now, channel by channel, and on what evidence. */
export function ContactPanel({ customer }: { readonly customer: Customer }) {
  const [decision, setDecision] = useState<Decision>();
  const [said, setSaid] = useState<Channel>();
  return (
    <Panel title="May I write to them now?" note="What the gate before every message says, on what is known now.">
      <div className="flex flex-col divide-y divide-line">
        {CHANNELS.map((channel) => (
          <ChannelContact
            key={channel}
            channel={channel}
            id={customer.id}
            address={customer[ADDRESS[channel]]}
            consent={customer.consent[channel]}
            onDecide={setDecision}
            onSaid={() => setSaid(channel)}
          />
        ))}
      </div>
      {decision !== undefined && <DecisionDialog decision={decision} onClose={() => setDecision(undefined)} />}
      {said !== undefined && <ConsentDialog id={customer.id} channel={said} onClose={() => setSaid(undefined)} />}
    </Panel>
  );
}
