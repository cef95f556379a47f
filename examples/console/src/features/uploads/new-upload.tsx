"use client";

import { useRef, useState } from "react";
import { toast } from "sonner";
import { useEngine } from "@/api/engine";
import { plural } from "@/api/format";
import { OrderForm } from "@/features/orders/order-form";
import { Button } from "@/ui/button";
import { Panel } from "@/ui/panel";
import { Tabs } from "@/ui/tabs";
import { CustomerForm } from "./customer-form";
import { type Draft, DraftCard } from "./draft-card";
import { DropZone } from "./drop-zone";
import { readHead } from "./file-head";
import { PasteBox } from "./paste-box";
import { type ReadyFile, startSending } from "./sending";

/** Rows from files, from text, or one by one. */
export function NewUpload({ onSent }: { readonly onSent: () => void }) {
  const engine = useEngine();
  const [drafts, setDrafts] = useState<readonly Draft[]>([]);
  const list = useRef<HTMLUListElement>(null);

  const add = async (files: readonly File[]) => {
    const results = await Promise.allSettled(
      files.map(async (file): Promise<Draft> => ({ id: crypto.randomUUID(), file, head: await readHead(file) })),
    );
    const read = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    setDrafts((before) => [...before.filter(({ file }) => !read.some((one) => one.file.name === file.name)), ...read]);
    const failed = files.filter((_, at) => results[at]?.status === "rejected");
    if (failed.length > 0)
      toast.error(`${plural(failed.length, "file")} can't be read`, { description: failed.map(({ name }) => name).join(", ") });
    requestAnimationFrame(() => list.current?.focus());
  };
  const remove = (id: string) => setDrafts((before) => before.filter((draft) => draft.id !== id));
  const send = (id: string, ready: ReadyFile) => {
    startSending(engine, ready);
    remove(id);
    onSent();
  };

  const review = drafts.length > 0 && (
    <div className="mt-4">
      <h3 className="mb-2 flex items-center justify-between text-sm font-semibold">
        Ready to upload
        <Button small look="quiet" onClick={() => setDrafts([])}>
          Leave all out
        </Button>
      </h3>
      <ul ref={list} tabIndex={-1} aria-label="Ready to upload" className="flex flex-col gap-3 outline-none">
        {drafts.map((draft) => (
          <DraftCard key={draft.id} draft={draft} onRemove={() => remove(draft.id)} onSend={(ready) => send(draft.id, ready)} />
        ))}
      </ul>
    </div>
  );
  return (
    <Panel
      title="New upload"
      note="Rows change what is there by id, and add what isn't. Sending the same rows again changes nothing."
    >
      <Tabs
        label="Where the rows come from"
        tabs={[
          {
            id: "file",
            label: "Files",
            content: () => (
              <>
                <DropZone onFiles={(files) => void add(files)} />
                {review}
              </>
            ),
          },
          {
            id: "paste",
            label: "Paste",
            content: () => (
              <>
                <PasteBox onFile={(file) => void add([file])} />
                {review}
              </>
            ),
          },
          { id: "customer", label: "One customer", content: () => <CustomerForm /> },
          { id: "order", label: "One order", content: () => <OrderForm /> },
        ]}
      />
    </Panel>
  );
}
