import type { CommunicationLog } from "@crm-engine/core";
import Link from "next/link";

/** A recipient by name, else by address, else by id. */
export function whoIs({ customerId, customer, to, channel }: CommunicationLog): string {
  return customer?.name ?? to ?? (channel === "email" ? customer?.email : customer?.phone) ?? customerId;
}

/** Who it is, with the way to their page; below it the address that was called, or would be, and the id. */
export function Recipient({ row }: { readonly row: CommunicationLog }) {
  const { customerId, customer, to, channel } = row;
  const who = whoIs(row);
  const address = to ?? (channel === "email" ? customer?.email : customer?.phone);
  const more = [address, customerId].filter((text) => text !== undefined && text !== who);
  return (
    <div className="min-w-28">
      <Link
        href={`/customer?id=${encodeURIComponent(customerId)}`}
        className="font-medium break-words underline decoration-line-strong underline-offset-2"
      >
        {who}
      </Link>
      {more.map((text) => (
        <div key={text} className="text-xs break-all text-muted">
          {text}
        </div>
      ))}
    </div>
  );
}
