"use client";

import type { Customer } from "@crm-engine/core";
import { useState } from "react";
import { formatMoney, formatNumber } from "@/api/format";
import { useEngineSettings } from "@/api/use-engine-settings";
import { Button } from "@/ui/button";
import { CopyAsCurl, CopyButton } from "@/ui/copy-button";
import { Menu } from "@/ui/menu";
import { Figure, PageHead, Panel } from "@/ui/panel";
import { formatAge, formatDate } from "./dates";
import { EditDialog } from "./edit/edit-dialog";
import { EraseDialog } from "./erase-dialog";
import { ExportDialog } from "./export-dialog";

type Shown = "edit" | "erase" | "export";

export function CustomerHead({ customer }: { readonly customer: Customer }) {
  const { id, name } = customer;
  const [shown, setShown] = useState<Shown>();
  const close = () => setShown(undefined);
  return (
    <div>
      <PageHead
        title={name ?? id}
        documentTitle={name ?? id}
        note={
          <span className="flex flex-wrap items-center gap-x-2">
            <span>
              Customer <code className="font-mono text-xs break-all text-ink">{id}</code>
            </span>
            <CopyButton text={id} label="Copy id" />
          </span>
        }
        actions={
          <>
            <CopyAsCurl method="GET" path={`/api/customers/${encodeURIComponent(id)}`} />
            <Button look="primary" onClick={() => setShown("edit")}>
              Edit
            </Button>
            <Menu
              label="More"
              items={[
                { label: "Export this person's data", onSelect: () => setShown("export") },
                { label: "Erase this person…", danger: true, onSelect: () => setShown("erase") },
              ]}
            />
          </>
        }
      />
      <Figures customer={customer} />
      {shown === "edit" && <EditDialog customer={customer} onClose={close} />}
      {shown === "erase" && <EraseDialog id={id} onClose={close} />}
      {shown === "export" && <ExportDialog id={id} onClose={close} />}
    </div>
  );
}

function Figures({
  customer: { orderCount, totalSpend, firstOrderAt, lastOrderAt, visitCount, lastVisitAt },
}: {
  readonly customer: Customer;
}) {
  const { currency } = useEngineSettings();
  return (
    <Panel>
      <div className="grid grid-cols-[repeat(auto-fit,minmax(9.5rem,1fr))] gap-x-4 gap-y-3">
        <Figure label="Orders" value={formatNumber(orderCount)} note="without cancelled ones" />
        <Figure
          label="Spend"
          value={currency === undefined ? formatNumber(totalSpend) : formatMoney(totalSpend, currency)}
          note="purchases less refunds"
        />
        <Figure label="First order" value={<DayFigure at={firstOrderAt} />} note={formatAge(firstOrderAt)} />
        <Figure label="Last order" value={<DayFigure at={lastOrderAt} />} note={formatAge(lastOrderAt)} />
        <Figure
          label="Visits"
          value={formatNumber(visitCount)}
          note={lastVisitAt === undefined ? undefined : `last ${formatAge(lastVisitAt)}`}
        />
      </div>
    </Panel>
  );
}

/** A date is longer than a number, and no more important. */
function DayFigure({ at }: { readonly at: string | undefined }) {
  return (
    <span
      title={at === undefined ? undefined : `${at} UTC`}
      className="inline-block text-page leading-[2.125rem] whitespace-nowrap"
    >
      {formatDate(at)}
    </span>
  );
}
