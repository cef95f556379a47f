"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { useEngine } from "@/api/engine";
import { plural } from "@/api/format";
import { Button } from "@/ui/button";
import { Loaded } from "@/ui/data-table";
import { Confirm } from "@/ui/dialog";
import { Skeleton } from "@/ui/panel";
import { isSampleCustomer } from "./make-sample";
import { findSample, removeSample, useSampleJob } from "./sample-job";
import { SampleProgress } from "./sample-progress";

/** Takes the sample data away again, as far as anything that was stored ever goes. */
export function RemoveSampleData() {
  const engine = useEngine();
  const queries = useQueryClient();
  const job = useSampleJob();
  const [asks, setAsks] = useState(false);
  const found = useQuery({ queryKey: ["customers", "sample"], queryFn: () => findSample(engine), enabled: asks, staleTime: 0 });
  const there = useQuery({
    queryKey: ["customers", "sample", "any"],
    queryFn: async () => (await engine.customers.search("sample-", { limit: 1 })).items.some(({ id }) => isSampleCustomer(id)),
  });
  const nothing = found.data !== undefined && found.data.customers.length === 0 && found.data.orders.length === 0;
  const remove = async () => {
    setAsks(false);
    if (!(await removeSample(engine))) return;
    toast.success("Sample data is taken away", {
      description: "Its orders stay as cancelled, under ids alone, and count nowhere.",
    });
    await queries.invalidateQueries();
  };
  if (job?.what === "remove" && job.state !== "done") return <SampleProgress job={job} onRetry={() => void remove()} />;
  if (there.data !== true && !asks) return null;
  return (
    <>
      <Button disabled={job?.state === "running"} onClick={() => setAsks(true)}>
        Remove sample data
      </Button>
      <Confirm
        open={asks}
        onOpenChange={setAsks}
        title="Remove the sample data?"
        action={nothing ? "Look again" : "Remove sample data"}
        busy={found.isFetching}
        onConfirm={() => (nothing || found.data === undefined ? void found.refetch() : void remove())}
      >
        <Loaded query={found} skeleton={<Skeleton className="h-16 w-full" />}>
          {({ customers, orders }) =>
            customers.length + orders.length === 0 ? (
              <p>There is none: no customer and no order that counts was made by the console's sample data.</p>
            ) : (
              <>
                <p>
                  {plural(orders.length, "order")} will be cancelled, and {plural(customers.length, "customer")} erased for good.
                  Only what the console made up is touched: ids that begin with <code className="font-mono text-xs">sample-</code>
                  .
                </p>
                <p className="text-muted">
                  What stays: the cancelled orders, which count nowhere; the list of uploads; the names of the attributes plan and
                  city; and a note that these customers and their addresses at example.com were erased. It can be broken off, and
                  goes on where it was.
                </p>
              </>
            )
          }
        </Loaded>
      </Confirm>
    </>
  );
}
