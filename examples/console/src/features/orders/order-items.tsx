import type { Order } from "@crm-engine/core";
import Link from "next/link";
import { formatMoney, formatNumber } from "@/api/format";
import { Panel } from "@/ui/panel";
import { ScrollRegion } from "@/ui/scroll/scroll-region";

const SHOWN = 200;

/** A price may be finer than the currency. */
function price(value: number, currency: string): string {
  return new Intl.NumberFormat("en-GB", { style: "currency", currency, maximumFractionDigits: 6 }).format(value);
}

export function OrderItems({ order: { items, currency } }: { readonly order: Order }) {
  const sum = items.reduce((all, item) => all + item.quantity * item.price, 0);
  const more = items.length - SHOWN;
  return (
    <Panel
      flush
      title="Items"
      note={more > 0 ? `The first ${SHOWN} of ${formatNumber(items.length)}; the CSV has them all.` : undefined}
    >
      {items.length === 0 ? (
        <p className="px-4 pb-4 text-sm text-muted">This order came without items.</p>
      ) : (
        <ScrollRegion label="Items">
          <table className="w-full text-table">
            <thead>
              <tr className="border-y border-line bg-sunken text-left text-xs text-muted">
                <th scope="col" className="py-2 pr-3 pl-4 font-semibold">
                  SKU
                </th>
                <th scope="col" className="px-3 py-2 font-semibold">
                  Name
                </th>
                <th scope="col" className="px-3 py-2 font-semibold max-md:hidden">
                  Category
                </th>
                <th scope="col" className="px-3 py-2 text-right font-semibold">
                  Quantity
                </th>
                <th scope="col" className="px-3 py-2 text-right font-semibold max-sm:hidden">
                  Price
                </th>
                <th scope="col" className="py-2 pr-4 pl-3 text-right font-semibold">
                  Sum
                </th>
              </tr>
            </thead>
            <tbody>
              {items.slice(0, SHOWN).map((item, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: an order may have the same line twice
                <tr key={at} className="border-b border-line">
                  <td className="py-1.5 pr-3 pl-4">
                    <Link className="underline" href={`/orders?sku=${encodeURIComponent(item.sku)}`}>
                      {item.sku}
                    </Link>
                  </td>
                  <td className="px-3 py-1.5">{item.name ?? "–"}</td>
                  <td className="px-3 py-1.5 max-md:hidden">{item.category ?? "–"}</td>
                  <td className="px-3 py-1.5 text-right">{formatNumber(item.quantity)}</td>
                  <td className="px-3 py-1.5 text-right max-sm:hidden">{price(item.price, currency)}</td>
                  <td className="py-1.5 pr-4 pl-3 text-right">{formatMoney(item.quantity * item.price, currency)}</td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr className="font-semibold">
                <td className="py-2 pr-3 pl-4 whitespace-nowrap">Sum of items</td>
                <td />
                <td className="max-md:hidden" />
                <td />
                <td className="max-sm:hidden" />
                <td className="py-2 pr-4 pl-3 text-right">{formatMoney(sum, currency)}</td>
              </tr>
            </tfoot>
          </table>
        </ScrollRegion>
      )}
    </Panel>
  );
}
