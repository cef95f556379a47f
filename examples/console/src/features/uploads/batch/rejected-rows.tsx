import type { Batch } from "@crm-engine/core";
import { formatNumber } from "@/api/format";
import { DownloadButton } from "@/ui/download-button";
import { Panel } from "@/ui/panel";
import { ScrollRegion } from "@/ui/scroll/scroll-region";

const HELD = 100;
const FILED = 200_000;

/** The first rejected rows, and all of them as a file. */
export function RejectedRows({ batch: { id, rejected, errors } }: { readonly batch: Batch }) {
  if (rejected === 0) return null;
  const shown = errors.slice(0, HELD);
  return (
    <Panel
      flush
      title="Rejected rows"
      note={`${rejected > shown.length ? `The first ${shown.length} of ${formatNumber(rejected)}. ` : ""}Nothing of them was applied: mend them, and upload them again`}
      actions={<DownloadButton small path={`/api/batches/${encodeURIComponent(id)}/errors.csv`} label="Download all errors" />}
    >
      <ScrollRegion label="Rejected rows" className="max-h-96">
        <table className="w-full text-table">
          <thead className="sticky top-0">
            <tr className="border-b border-line bg-sunken text-left text-xs text-muted">
              <th scope="col" className="w-24 py-2 pr-3 pl-4 text-right font-semibold">
                Row
              </th>
              <th scope="col" className="px-3 py-2 font-semibold">
                Field
              </th>
              <th scope="col" className="py-2 pr-4 pl-3 font-semibold">
                Reason
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ row, path, message }) => (
              <tr key={`${row} ${path} ${message}`} className="border-b border-line last:border-b-0">
                <td className="py-1.5 pr-3 pl-4 text-right">{formatNumber(row)}</td>
                <td className="px-3 py-1.5 font-mono text-xs break-all">{path === "" ? "the whole row" : path}</td>
                <td className="py-1.5 pr-4 pl-3">{message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <p className="border-t border-line px-4 py-2 text-xs text-muted">
        Rows are counted from 1; a CSV's header is not one.
        {rejected > FILED && ` The file holds the first ${formatNumber(FILED)}, and says how many more there are.`}
      </p>
    </Panel>
  );
}
