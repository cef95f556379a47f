import type { Customer } from "@crm-engine/core";
import Link from "next/link";
import { formatMoney, formatNumber } from "@/api/format";
import { Badge } from "@/ui/badge";
import type { Column } from "@/ui/data-table";
import { Time } from "@/ui/time";
import { consentWords, customerHref } from "./words";

export function customerColumns(currency: string | undefined): readonly Column<Customer>[] {
  return [
    {
      head: "Name",
      cell: (customer) => {
        const { id, name, email, phone } = customer;
        return (
          <>
            <Link href={customerHref(id)} className="font-medium text-accent hover:underline">
              {name ?? id}
            </Link>
            {name !== undefined && <span className="block text-xs text-muted max-md:hidden">{id}</span>}
            <span className="block text-xs break-all text-muted md:hidden">{email ?? phone ?? id}</span>
            <span className="mt-0.5 block md:hidden">
              <ConsentCell customer={customer} />
            </span>
          </>
        );
      },
    },
    {
      head: "E-mail",
      wideOnly: true,
      cell: ({ email, phone }) => (
        <>
          {email ?? <span className="text-muted">no e-mail</span>}
          {phone !== undefined && <span className="block text-xs text-muted">{phone}</span>}
        </>
      ),
    },
    { head: "Consent", wideOnly: true, cell: (customer) => <ConsentCell customer={customer} /> },
    { head: "Orders", align: "right", wideOnly: true, cell: ({ orderCount }) => formatNumber(orderCount) },
    {
      head: "Spend",
      align: "right",
      cell: ({ totalSpend }) => (currency === undefined ? formatNumber(totalSpend) : formatMoney(totalSpend, currency)),
    },
    {
      head: "Last order",
      wideOnly: true,
      cell: ({ lastOrderAt }) =>
        lastOrderAt === undefined ? <span className="text-muted">never</span> : <Time at={lastOrderAt} />,
    },
  ];
}

/** Of the channels that there is an address for. */
function ConsentCell({ customer: { consent, email, phone } }: { readonly customer: Customer }) {
  const said = [
    ...(email === undefined ? [] : [{ channel: "E-mail", ...consentWords(consent.email) }]),
    ...(phone === undefined ? [] : [{ channel: "SMS", ...consentWords(consent.sms) }]),
  ];
  if (said.length === 0) return <span className="text-muted">–</span>;
  return (
    <span className="flex flex-col items-start gap-0.5">
      {said.map(({ channel, short, tone }) => (
        <Badge key={channel} tone={tone}>
          {said.length > 1 && `${channel}: `}
          {short}
        </Badge>
      ))}
    </span>
  );
}
