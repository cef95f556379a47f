"use client";

import type { Campaign } from "@crm-engine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { useEngine } from "@/api/engine";
import { Confirm } from "@/ui/dialog";
import { Menu } from "@/ui/menu";
import { campaignHref } from "./campaign-href";
import { canBeArchived } from "./campaign-status";

/** What can be done with a campaign as a thing, in every list and on its page. */
export function CampaignMenu({ campaign, small = false }: { readonly campaign: Campaign; readonly small?: boolean }) {
  const { id, name, status, archived } = campaign;
  const engine = useEngine();
  const queries = useQueryClient();
  const router = useRouter();
  const path = usePathname();
  const [deleting, setDeleting] = useState(false);
  const again = () => void queries.invalidateQueries({ queryKey: ["campaigns"] });
  const clone = useMutation({
    mutationFn: () => engine.campaigns.clone(id),
    onSuccess: (copy) => {
      again();
      toast.success(`“${copy.name}” is a new draft.`);
      router.push(campaignHref(copy.id));
    },
  });
  const archive = useMutation({
    mutationFn: () => engine.campaigns.archive(id, { archived: !archived }),
    onSuccess: (changed) => {
      queries.setQueryData(["campaign", id], changed);
      again();
      toast.success(changed.archived ? `“${name}” is in the archive.` : `“${name}” is back in the list.`);
    },
  });
  const remove = useMutation({
    mutationFn: () => engine.campaigns.delete(id),
    meta: { showsError: true },
    onSuccess: () => {
      setDeleting(false);
      if (path.startsWith("/campaigns")) again();
      else router.push("/campaigns");
      queries.removeQueries({ queryKey: ["campaign", id] });
      toast.success(`“${name}” is deleted.`);
    },
  });
  return (
    <>
      <Menu
        label={small ? `Actions of ${name}` : "More"}
        items={[
          { label: "Make a copy", onSelect: () => clone.mutate() },
          archived
            ? { label: "Take out of the archive", onSelect: () => archive.mutate() }
            : { label: "Archive", disabled: !canBeArchived(status), onSelect: () => archive.mutate() },
          ...(status === "draft" ? [{ label: "Delete draft", danger: true, onSelect: () => setDeleting(true) }] : []),
        ]}
      >
        {small ? <Ellipsis aria-hidden size={16} /> : undefined}
      </Menu>
      <Confirm
        open={deleting}
        onOpenChange={setDeleting}
        title={`Delete “${name}”?`}
        action="Delete the draft"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
      >
        <p>Its text and its choice of audience are gone then, and can't be brought back. Nobody was written to.</p>
      </Confirm>
    </>
  );
}
