"use client";

import { OrderForm } from "@/features/orders/order-form";
import { Panel } from "@/ui/panel";
import { Tabs } from "@/ui/tabs";
import { CustomerForm } from "./customer-form";
import { DraftList } from "./draft-list";
import { DropZone } from "./drop-zone";
import { PasteBox } from "./paste-box";
import { addDrafts } from "./use-drafts";

/** Rows from files, from text, or one by one. */
export function NewUpload({ onSent }: { readonly onSent: () => void }) {
  return (
    <Panel
      title="New upload"
      note="Rows change what is there by id, and add what isn't. Sending the same rows again changes nothing."
    >
      <Tabs
        label="Where the rows come from"
        tabs={[
          { id: "file", label: "Files", content: () => <DropZone onFiles={(files) => void addDrafts(files)} /> },
          { id: "paste", label: "Paste", content: () => <PasteBox onFile={(file) => void addDrafts([file])} /> },
          { id: "customer", label: "One customer", content: () => <CustomerForm /> },
          { id: "order", label: "One order", content: () => <OrderForm /> },
        ]}
      />
      <DraftList onSent={onSent} />
    </Panel>
  );
}
