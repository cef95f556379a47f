"use client";

import dynamic from "next/dynamic";
import type { ReactNode } from "react";
import { Skeleton } from "@/ui/panel";
import { ScrollRegion } from "@/ui/scroll/scroll-region";
import type { PlotProps } from "./plot";

/** Loaded when the first chart is shown. */
const Plot = dynamic(() => import("./plot").then(({ Plot }) => Plot), {
  ssr: false,
  loading: () => <Skeleton className="h-full w-full" />,
});

interface ChartProps extends PlotProps {
  /** What it shows, for whoever does not see it. */
  readonly label: string;
  readonly height?: number;
  readonly note?: ReactNode;
}

/** A chart, with the same numbers as a table behind it. */
export function Chart({ label, height = 190, note, ...plot }: ChartProps) {
  return (
    <figure>
      <div role="img" aria-label={label} style={{ height }}>
        <Plot {...plot} height={height} />
      </div>
      <div className="mt-1 flex items-start justify-between gap-3">
        <figcaption className="text-xs text-muted">{note}</figcaption>
        <details className="text-xs text-muted">
          <summary className="text-right whitespace-nowrap">Show numbers</summary>
          <ScrollRegion label={`Numbers: ${label}`} className="mt-2 max-h-64">
            <table className="text-xs">
              <thead>
                <tr>
                  <th className="pr-4 text-left font-semibold">{plot.xName ?? "Day"}</th>
                  {plot.series.map(({ name }) => (
                    <th key={name} className="pl-4 text-right font-semibold">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {plot.x.map((x, index) => (
                  <tr key={x}>
                    <td className="pr-4 whitespace-nowrap">{x}</td>
                    {plot.series.map(({ name, values, format }) => {
                      const value = values[index];
                      return (
                        <td key={name} className="pl-4 text-right tabular-nums">
                          {value === undefined || value === null ? "–" : (format ?? plot.format)(value)}
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        </details>
      </div>
    </figure>
  );
}
