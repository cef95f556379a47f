"use client";

import { useQueryClient } from "@tanstack/react-query";
import { SampleDataPanel } from "@/features/sample-data/sample-data-panel";
import { PageHead, Panel } from "@/ui/panel";
import { NewUpload } from "./new-upload";
import { useSendings } from "./sending";
import { SendingCard } from "./sending-card";
import { UploadHistory } from "./upload-history";
import { addDrafts } from "./use-drafts";

export function UploadsPage() {
  const sendings = useSendings();
  const queries = useQueryClient();
  return (
    <>
      <PageHead
        title="Uploads"
        documentTitle="Uploads"
        note="Customers and orders come in here. Each row is accepted, or rejected with its reason."
      />
      <div className="flex flex-col gap-4">
        <NewUpload onSent={() => void queries.invalidateQueries({ queryKey: ["batches"] })} />
        {sendings.length > 0 && (
          <Panel
            flush
            title="Sent from this tab"
            note="You may go to other pages. Keep the tab open until a file is sent; what was queued goes on without it."
          >
            <ul aria-label="Sent from this tab">
              {sendings.map((sending) => (
                <SendingCard key={sending.id} sending={sending} onReview={(file) => void addDrafts([file])} />
              ))}
            </ul>
          </Panel>
        )}
        <UploadHistory />
        <SampleDataPanel />
      </div>
    </>
  );
}
