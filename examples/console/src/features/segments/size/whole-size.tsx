"use client";

import type { Channel, Rule } from "@crm-engine/core";
import { useState } from "react";
import { formatNumber, formatShare } from "@/api/format";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { ErrorNotice } from "@/ui/error-notice";
import { Panel, Skeleton } from "@/ui/panel";
import { Ago } from "@/ui/time";
import { Reach } from "./reach";
import { type Estimated, useEstimate } from "./use-estimate";

const EVERYONE: Rule = { all: [] };

interface WholeSizeProps {
  readonly rule: Rule;
  readonly timeZone: string | undefined;
  /** Something in the rule is still to be given. */
  readonly unfinished: boolean;
}

/** How many the whole rule selects, and how many of them can be reached. */
export function WholeSize({ rule, timeZone, unfinished }: WholeSizeProps) {
  const [channel, setChannel] = useState<Channel>("email");
  const whole = useEstimate({ rule, timeZone, channel }, !unfinished);
  const everyone = useEstimate({ rule: EVERYONE, timeZone: undefined });
  const { data, error, waiting, refetch } = whole;
  return (
    <Panel
      title="How many"
      actions={
        <>
          <CopyAsCurl
            method="POST"
            path="/api/segments/estimate"
            body={{ rule, ...(timeZone === undefined ? {} : { timeZone }), channel }}
          />
          <Button small disabled={unfinished} onClick={() => void refetch()}>
            Count again
          </Button>
        </>
      }
    >
      {unfinished && (
        <p className="mb-2 text-sm font-medium text-warn">
          The rule is not finished: fill in what is marked.{data === undefined ? "" : " The numbers are from before."}
        </p>
      )}
      {error !== null && !unfinished && (
        <div className="mb-2">
          <ErrorNotice compact error={error} retry={() => void refetch()} />
        </div>
      )}
      {data === undefined ? (
        !unfinished && error === null && <Skeleton className="h-28 w-full" />
      ) : (
        <div aria-busy={waiting} className="grid gap-x-8 gap-y-3 md:grid-cols-[minmax(13rem,auto)_minmax(0,1fr)]">
          <WholeCount estimate={data} everyone={everyone.data} counting={waiting && !unfinished} />
          <div>
            <Reach estimate={data} channel={channel} onChannel={setChannel} />
          </div>
        </div>
      )}
    </Panel>
  );
}

interface WholeCountProps {
  readonly estimate: Estimated;
  readonly everyone: Estimated | undefined;
  /** A newer number is on its way. */
  readonly counting: boolean;
}

function WholeCount({ estimate, everyone, counting }: WholeCountProps) {
  const { count, exact, marginOfError = 0, asOf } = estimate;
  const all = everyone?.count;
  return (
    <div role="status">
      <p className="text-figure font-semibold tabular-nums">
        {exact ? "" : "≈ "}
        {formatNumber(count)} <span className="text-sm font-normal text-muted">{count === 1 ? "customer" : "customers"}</span>
      </p>
      <p className="text-xs text-muted">
        {all !== undefined && all > 0 && `${formatShare(count, all)} of ${everyone?.exact ? "" : "about "}${formatNumber(all)}. `}
        {exact ? "Exact" : `From a sample, ± ${formatNumber(marginOfError)}`}, as of <Ago at={asOf} />
        {counting && ". Counting anew…"}
      </p>
      {count === 0 && exact && (
        <p className="mt-1">
          <Badge tone="warn">Nobody is in it now</Badge>
        </p>
      )}
      {all !== undefined && all > 0 && count === all && exact && (
        <p className="mt-1">
          <Badge tone="warn">Everybody is in it</Badge>
        </p>
      )}
    </div>
  );
}
