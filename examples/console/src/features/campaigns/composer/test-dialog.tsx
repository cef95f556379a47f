"use client";

import type { Campaign } from "@crm-engine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useEngine } from "@/api/engine";
import { plural } from "@/api/format";
import { Badge, type Tone } from "@/ui/badge";
import { Button } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { Dialog } from "@/ui/dialog";
import { ErrorNotice } from "@/ui/error-notice";
import { Field, Textarea } from "@/ui/field";
import { SimulatedNote } from "@/ui/simulated";
import { noteTest } from "./tested";

const TONES: Readonly<Record<string, Tone>> = {
  accepted: "good",
  rejected: "bad",
  retry: "warn",
  unknown: "warn",
  suppressed: "plain",
};
const PLACE = "crm-test-addresses";
const MOST = 10;

interface TestDialogProps {
  readonly campaign: Campaign;
  /** As whom; the first of the audience, if absent. */
  readonly customerId: string | undefined;
  onClose(): void;
}

export function TestDialog({ campaign, customerId, onClose }: TestDialogProps) {
  const { id, version } = campaign;
  const engine = useEngine();
  const [text, setText] = useState(() => localStorage.getItem(PLACE) ?? "");
  const to = text.split(/[\s,;]+/).filter((address) => address !== "");
  const input = { to, ...(customerId === undefined ? {} : { customerId }) };
  const test = useMutation({
    mutationFn: () => engine.campaigns.test(id, input),
    meta: { showsError: true },
    onSuccess: ({ test: sent }) => {
      localStorage.setItem(PLACE, text);
      if (sent?.results.some(({ status }) => status === "accepted")) noteTest(id, version);
    },
  });
  const fault = to.length > MOST ? `At most ${MOST} at once.` : undefined;
  const sent = test.data?.test;
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Send a test"
      description={`To addresses of yours, as ${customerId === undefined ? "the first of the audience" : `customer ${customerId}`} would get it. It is counted nowhere.`}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (to.length > 0 && fault === undefined && !test.isPending) test.mutate();
        }}
      >
        <SimulatedNote />
        <Field label="Addresses" hint={`One a line, or with commas between; up to ${MOST}. Kept in this browser.`} error={fault}>
          {(control) => (
            <Textarea
              {...control}
              rows={3}
              value={text}
              placeholder={campaign.message.channel === "email" ? "you@example.com" : "+44 20 7946 0000"}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        {test.error !== null && <ErrorNotice compact error={test.error} />}
        {sent !== undefined && (
          <div role="status">
            <p className="text-sm font-semibold">What the sending service said</p>
            <ul className="mt-1 flex flex-col gap-1 text-table">
              {sent.results.map(({ to: address, status, reason, vendorMessageId }) => (
                <li key={address} className="flex flex-wrap items-center gap-2">
                  <Badge tone={TONES[status] ?? "plain"}>{status}</Badge>
                  <span className="break-all">{address}</span>
                  <span className="break-all text-muted">
                    {reason ?? (vendorMessageId === undefined ? "" : `as ${vendorMessageId}`)}
                  </span>
                </li>
              ))}
            </ul>
            {sent.missing.length > 0 && <p className="mt-1 text-sm text-warn">Without a value: {sent.missing.join(", ")}</p>}
          </div>
        )}
        <div className="flex flex-wrap items-center justify-end gap-2">
          <CopyAsCurl method="POST" path={`/api/campaigns/${id}/test`} body={input} />
          <Button onClick={onClose}>Close</Button>
          <Button type="submit" look="primary" busy={test.isPending} disabled={to.length === 0 || fault !== undefined}>
            {to.length === 0 ? "Send test" : `Send test to ${plural(to.length, "address", "addresses")}`}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
