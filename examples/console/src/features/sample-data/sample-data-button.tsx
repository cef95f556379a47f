"use client";

import { useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { useEngine } from "@/api/engine";
import { Button } from "@/ui/button";
import { SAMPLE_CUSTOMERS, SAMPLE_ORDERS } from "./make-sample";
import { addSample, useSampleJob } from "./sample-job";
import { SampleProgress } from "./sample-progress";

/** For empty places: customers and orders that are made up, on one click. */
export function SampleDataButton() {
  const engine = useEngine();
  const queries = useQueryClient();
  const job = useSampleJob();
  const add = async () => {
    if (!(await addSample(engine))) return;
    toast.success("Sample data is in", {
      description: `${SAMPLE_CUSTOMERS} made-up customers with addresses at example.com, and ${SAMPLE_ORDERS} orders of the last 90 days. Their figures follow within a few seconds. You can take it all away again under Uploads.`,
      duration: 10_000,
    });
    await queries.invalidateQueries();
  };
  if (job?.what === "add" && job.state !== "done") return <SampleProgress job={job} onRetry={() => void add()} />;
  return (
    <Button disabled={job?.state === "running"} onClick={() => void add()}>
      Add sample data
    </Button>
  );
}
