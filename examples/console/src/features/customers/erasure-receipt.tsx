"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { saveFile } from "@/api/save-file";
import type { Erasure } from "@/api/views";
import { Badge } from "@/ui/badge";
import { Button, LinkButton } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { Time } from "@/ui/time";
import { customerHref } from "./words";

interface ErasureReceiptProps {
  readonly erasure: Erasure;
  /** Known only where it was begun in this tab. */
  readonly sameAddress: readonly string[] | undefined;
}

/** What was erased when, and where something may still be; followed until it is complete. */
export function ErasureReceipt({ erasure, sameAddress }: ErasureReceiptProps) {
  const { id, status, requestedAt, completedAt, waitingFor } = erasure;
  const done = status === "completed";
  return (
    <div className="flex flex-col gap-4">
      <div role="status" aria-live="polite">
        <Badge tone={done ? "good" : "info"}>{done ? "complete" : "running"}</Badge>
      </div>
      <ol className="flex flex-col gap-3 border-l-2 border-line pl-4 text-sm">
        <Step at={requestedAt}>
          Name, addresses, tags, attributes and consent were erased; from then on they were in no list, segment or count, and rows
          accepted before were refused.
        </Step>
        {completedAt === undefined ? (
          <li>
            <span className="font-semibold">Not complete yet.</span> Something of them may still be in
            <ul className="list-disc pl-5">
              {waitingFor?.uploads && <li>uploads that were accepted before, and are not all queued yet</li>}
              {waitingFor !== undefined && waitingFor.topics.length > 0 && (
                <li>
                  messages of {waitingFor.topics.join(", ")}, queued
                  {waitingFor.broker !== undefined && ` in ${waitingFor.broker}`}
                </li>
              )}
            </ul>
            A worker looks after it; this page follows.
          </li>
        ) : (
          <Step at={completedAt}>
            Every queue was seen past that moment: nothing that was queued before is left, dead letters and rejected rows
            included.
          </Step>
        )}
      </ol>
      <div className="text-sm">
        <p className="font-semibold">What stays</p>
        <ul className="list-disc pl-5">
          <li>Orders, under the id alone. Of messages, their state and times, without address and content.</li>
          <li>Hashes of the addresses, so that nobody is written to there.</li>
          {sameAddress !== undefined && sameAddress.length > 0 && (
            <li>
              Other customers with one of the addresses, who are not written to there:{" "}
              {sameAddress.map((other) => (
                <Link key={other} href={customerHref(other)} className="mr-2 text-accent underline">
                  {other}
                </Link>
              ))}
            </li>
          )}
        </ul>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button
          onClick={() =>
            saveFile(
              `erasure-${id}.json`,
              JSON.stringify({ ...erasure, ...(sameAddress === undefined ? {} : { sameAddress }) }, null, 2),
            )
          }
        >
          Save the receipt
        </Button>
        <LinkButton href={`/orders?customerId=${encodeURIComponent(id)}`}>Their orders</LinkButton>
        <CopyAsCurl method="GET" path={`/api/erasures/${encodeURIComponent(id)}`} />
      </div>
    </div>
  );
}

function Step({ at, children }: { readonly at: string; readonly children: ReactNode }) {
  return (
    <li>
      <span className="font-semibold">
        <Time at={at} />
      </span>
      <p>{children}</p>
    </li>
  );
}
