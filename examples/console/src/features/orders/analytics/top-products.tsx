import Link from "next/link";
import { formatMoney, formatNumber } from "@/api/format";
import { Panel } from "@/ui/panel";
import { ScrollRegion } from "@/ui/scroll/scroll-region";
import type { OrderAnalytics } from "./order-analytics";

/** Ten, by revenue; each leads to its orders in these days. */
export function TopProducts({ data: { topProducts, topProductsExact, currency, totals } }: { readonly data: OrderAnalytics }) {
  return (
    <Panel
      flush
      title="Top products"
      note={
        topProductsExact
          ? "By revenue of their lines; what was given back is taken off"
          : "By revenue. There are so many products that the lesser ones were not all kept: the figures may be a little low"
      }
    >
      {topProducts.length === 0 ? (
        <p className="px-4 pb-4 text-sm text-muted">No order of these days has items.</p>
      ) : (
        <ScrollRegion label="Top products">
          <table className="w-full text-table">
            <thead>
              <tr className="border-y border-line bg-sunken text-left text-xs text-muted">
                <th scope="col" className="py-2 pr-3 pl-4 font-semibold">
                  Product
                </th>
                <th scope="col" className="px-3 py-2 text-right font-semibold">
                  Sold
                </th>
                <th scope="col" className="px-3 py-2 text-right font-semibold">
                  Revenue
                </th>
                <th scope="col" className="py-2 pr-4 pl-3 text-right font-semibold max-sm:hidden">
                  Revenue before
                </th>
              </tr>
            </thead>
            <tbody>
              {topProducts.map(({ sku, name, quantity, revenue, before }) => (
                <tr key={sku} className="border-b border-line last:border-b-0">
                  <td className="py-1.5 pr-3 pl-4">
                    <Link
                      className="underline"
                      href={`/orders?sku=${encodeURIComponent(sku)}&from=${totals.from}&to=${totals.to}`}
                    >
                      {name ?? sku}
                    </Link>
                    {name !== undefined && <span className="block text-xs text-muted">{sku}</span>}
                  </td>
                  <td className="px-3 py-1.5 text-right">{formatNumber(Number(quantity))}</td>
                  <td className="px-3 py-1.5 text-right">{formatMoney(revenue, currency)}</td>
                  <td className="py-1.5 pr-4 pl-3 text-right text-muted max-sm:hidden">
                    {formatMoney(before.revenue, currency)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </Panel>
  );
}
