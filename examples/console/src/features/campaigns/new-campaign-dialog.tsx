"use client";

import type { Campaign } from "@crm-engine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useEngine } from "@/api/engine";
import { Button } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { Dialog } from "@/ui/dialog";
import { ErrorNotice } from "@/ui/error-notice";
import { Field, Input, Select } from "@/ui/field";
import { campaignHref } from "./campaign-href";
import { SegmentPicker } from "./segment-picker";
import { startingMessage } from "./starting-message";

interface NewCampaignDialogProps {
  readonly segmentId: string | undefined;
  onClose(): void;
}

/** Makes a draft; all else is done where it is written. */
export function NewCampaignDialog({ segmentId, onClose }: NewCampaignDialogProps) {
  const engine = useEngine();
  const queries = useQueryClient();
  const router = useRouter();
  const [name, setName] = useState("");
  const [segmentIds, setSegmentIds] = useState<readonly string[]>(segmentId === undefined ? [] : [segmentId]);
  const [channel, setChannel] = useState<Campaign["message"]["channel"]>("email");
  const [asked, setAsked] = useState(false);
  const input = { name: name.trim(), segmentIds, message: startingMessage(channel, name.trim()) };
  const create = useMutation({
    mutationFn: () => engine.campaigns.create(input),
    meta: { showsError: true },
    onSuccess: (campaign) => {
      queries.setQueryData(["campaign", campaign.id], campaign);
      void queries.invalidateQueries({ queryKey: ["campaigns"] });
      router.push(campaignHref(campaign.id));
    },
  });
  const ready = input.name !== "" && segmentIds.length > 0;
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="New campaign"
      description="A draft: nobody is written to until you launch it."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (ready && !create.isPending) create.mutate();
        }}
      >
        <Field
          label="Name"
          hint="For you and your colleagues; recipients don't see it unless the message names it."
          error={asked && input.name === "" ? "Give it a name." : undefined}
        >
          {(control) => (
            <Input
              {...control}
              value={name}
              maxLength={200}
              autoComplete="off"
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <SegmentPicker
          label="Who gets it"
          add="Add a segment…"
          chosen={segmentIds}
          taken={[]}
          error={asked && segmentIds.length === 0 ? "Choose at least one segment." : undefined}
          onChange={setSegmentIds}
        />
        <Field label="Channel">
          {(control) => (
            <Select {...control} value={channel} onChange={(event) => setChannel(event.target.value === "sms" ? "sms" : "email")}>
              <option value="email">E-mail</option>
              <option value="sms">SMS</option>
            </Select>
          )}
        </Field>
        {create.error !== null && <ErrorNotice compact error={create.error} />}
        <div className="flex flex-wrap items-center justify-end gap-2">
          <CopyAsCurl method="POST" path="/api/campaigns" body={input} />
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" look="primary" busy={create.isPending}>
            Create draft
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
