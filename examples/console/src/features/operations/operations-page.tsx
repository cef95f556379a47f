"use client";

import { formatNumber } from "@/api/format";
import { PageHead } from "@/ui/panel";
import { Tabs } from "@/ui/tabs";
import { DeadLetters } from "./dead-letters/dead-letters";
import { ErasuresPanel } from "./erasures-panel";
import { FindingsPanel } from "./findings-panel";
import { QueuesPanel } from "./queues-panel";
import { SuppressionsPanel } from "./suppressions-panel";
import { useQueues } from "./use-queues";
import { VendorPanel } from "./vendor-panel";
import { WorkersPanel } from "./workers-panel";

export function OperationsPage() {
  const { data } = useQueues();
  const dead = data?.reduce((sum, { deadLetters }) => sum + deadLetters, 0) ?? 0;
  return (
    <>
      <PageHead
        title="Operations"
        documentTitle="Operations"
        note="Who is at work, what waits, and what needs a hand. Kept up to date every 2 seconds."
      />
      <div className="flex flex-col gap-4">
        <FindingsPanel />
        <Tabs
          label="Operations"
          tabs={[
            { id: "overview", label: "At work", content: () => <Overview /> },
            {
              id: "dead-letters",
              label: dead === 0 ? "Dead letters" : `Dead letters (${formatNumber(dead)})`,
              content: () => <DeadLetters />,
            },
            { id: "suppressions", label: "Suppressed addresses", content: () => <SuppressionsPanel /> },
            { id: "erasures", label: "Erasures", content: () => <ErasuresPanel /> },
          ]}
        />
      </div>
    </>
  );
}

function Overview() {
  return (
    <div className="flex flex-col gap-4">
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <QueuesPanel />
        <VendorPanel />
      </div>
      <WorkersPanel />
    </div>
  );
}
