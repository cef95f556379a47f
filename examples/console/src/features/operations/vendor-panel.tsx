"use client";

import type { ReactNode } from "react";
import { formatNumber, plural } from "@/api/format";
import { POLL_MS } from "@/api/live";
import { useVendor } from "@/api/use-vendor";
import type { Vendor } from "@/api/views";
import { Badge, type Tone } from "@/ui/badge";
import { CopyAsCurl } from "@/ui/copy-button";
import { Loaded } from "@/ui/data-table";
import { Panel } from "@/ui/panel";
import { SimulatedNote } from "@/ui/simulated";
import { Ago, Time } from "@/ui/time";
import { Named } from "./named";

const STATES: Readonly<Record<Vendor["state"], { readonly tone: Tone; readonly word: string; readonly text: string }>> = {
  none: { tone: "plain", word: "none", text: "This engine has none: nothing can be launched." },
  unseen: { tone: "plain", word: "not called yet", text: "No worker that is alive has called it yet." },
  answers: { tone: "good", word: "answers", text: "It takes what it is given." },
  failing: {
    tone: "warn",
    word: "failing",
    text: "The latest calls failed. Nothing is lost: they are tried again by themselves.",
  },
  open: {
    tone: "bad",
    word: "broken off",
    text: "So many calls failed that it is tried only now and then. Nothing is lost; if it lasts, campaigns are paused.",
  },
};

/** Who carries the messages, as the workers that are alive see it. */
export function VendorPanel() {
  const query = useVendor({ everyMs: POLL_MS });
  return (
    <Named id="vendor" ready={query.data !== undefined}>
      <Panel
        title="Sending service"
        note="The mail or SMS service that carries the messages (in the API: the vendor), as the workers see it."
        actions={<CopyAsCurl method="GET" path="/api/vendor" />}
      >
        <Loaded query={query}>{(vendor) => <VendorFacts vendor={vendor} />}</Loaded>
      </Panel>
    </Named>
  );
}

function VendorFacts({ vendor }: { readonly vendor: Vendor }) {
  const { state, since, failures, lastError, nextTryAt, answeredAt, workers, affected, rate } = vendor;
  const { tone, word, text } = STATES[state];
  return (
    <>
      <SimulatedNote className="mb-3" />
      <p className="flex flex-wrap items-center gap-2 text-sm">
        <Badge tone={tone}>{word}</Badge>
        {text}
      </p>
      <dl className="mt-3 grid grid-cols-[8rem_minmax(0,1fr)] gap-x-3 gap-y-1.5 text-table">
        {since !== undefined && (
          <Fact name="Fails since">
            <Time at={since} />
            {failures !== undefined && `, ${plural(failures, "call")} in a row`}
          </Fact>
        )}
        {lastError !== undefined && <Fact name="Its last words">{lastError}</Fact>}
        {nextTryAt !== undefined && (
          <Fact name="Next try">{Date.parse(nextTryAt) > Date.now() ? <Ago at={nextTryAt} /> : "at any moment"}</Fact>
        )}
        {answeredAt !== undefined && (
          <Fact name="Last answered">
            <Ago at={answeredAt} />
          </Fact>
        )}
        <Fact name="Workers">
          {workers === 0 ? "none sends" : plural(workers, "worker sends", "workers send")}
          {affected > 0 && `; it fails for ${formatNumber(affected)} of them`}
        </Fact>
        <Fact name="Rate">
          {rate.perSecond === undefined ? "as many messages as there are" : `${formatNumber(rate.perSecond)} messages a second`}
          {rate.configured !== undefined && `; configured: ${formatNumber(rate.configured)}`}
        </Fact>
        <Fact name="Slowed down">
          {rate.throttled ? (
            <>
              <Badge tone="warn">yes</Badge> It asked for fewer messages; the rate rises again by itself
              {rate.throttledUntil !== undefined && (
                <>
                  , until <Time at={rate.throttledUntil} />
                </>
              )}
              .
            </>
          ) : (
            "no"
          )}
        </Fact>
      </dl>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
