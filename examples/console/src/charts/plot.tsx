"use client";

import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useTheme } from "@/shell/theme";

export interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** A colour role of globals.css, without its dashes: `accent`, `muted`, `state-delivered`. */
  readonly colour: string;
  readonly look?: "line" | "dashed" | "bars";
  format?(value: number): string;
}

export interface PlotProps {
  /** What stands under each point: days, months, buckets. */
  readonly x: readonly string[];
  readonly xName?: string;
  readonly series: readonly Series[];
  format(value: number): string;
  /** What an axis has room for; as `format`, if absent. */
  axisFormat?(value: number): string;
}

/** Lines and bars over equal steps; follows its box, the theme, and the pointer. */
export function Plot({ x, series, format, axisFormat, height }: PlotProps & { readonly height: number }) {
  const box = useRef<HTMLDivElement>(null);
  const { shown } = useTheme();
  const [at, setAt] = useState<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme's colours are read from the page
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const style = getComputedStyle(document.documentElement);
    const colour = (role: string) => style.getPropertyValue(`--${role}`).trim();
    const font = "11px system-ui, sans-serif";
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        padding: [6, 6, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
        scales: {
          x: { time: false, range: (_, min, max) => [min - 0.5, max + 0.5] },
          y: { range: (_, min, max) => [Math.min(0, min), max > 0 ? max * 1.08 : 1] },
        },
        axes: [
          {
            font,
            stroke: colour("muted"),
            grid: { show: false },
            ticks: { show: false },
            size: 24,
            space: 74,
            incrs: [1, 2, 5, 7, 10, 14, 30, 60, 100],
            values: (_, splits) => splits.map((split) => x[split] ?? ""),
          },
          {
            font,
            stroke: colour("muted"),
            grid: { stroke: colour("line"), width: 1 },
            ticks: { show: false },
            size: 54,
            space: 44,
            values: (_, splits) => splits.map((split) => (axisFormat ?? format)(split)),
          },
        ],
        series: [
          {},
          ...series.map(({ name, colour: role, look = "line" }) => ({
            label: name,
            stroke: colour(role),
            width: look === "bars" ? 0 : 2,
            ...(look === "dashed" ? { dash: [4, 4], width: 1.5 } : {}),
            ...(look === "bars" ? { fill: colour(role), paths: uPlot.paths.bars?.({ size: [0.7, 40] }) } : {}),
            points: { show: look !== "bars" && x.length < 3 },
          })),
        ],
        hooks: { setCursor: [({ cursor }) => setAt(cursor.idx ?? null)] },
      } as uPlot.Options,
      [x.map((_, index) => index), ...series.map(({ values }) => [...values])] as uPlot.AlignedData,
      element,
    );
    const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [x, series, height, shown]);
  return (
    <div className="relative h-full">
      <div ref={box} className="h-full w-full overflow-hidden" />
      {at !== null && x[at] !== undefined && (
        <div className="pointer-events-none absolute top-0 right-0 rounded-md border border-line bg-surface px-2 py-1 text-xs shadow-sm">
          <div className="font-semibold">{x[at]}</div>
          {series.map(({ name, values, format: own }) => {
            const value = values[at];
            return (
              <div key={name} className="tabular-nums">
                {name}: {value === undefined || value === null ? "–" : (own ?? format)(value)}
              </div>
            );
          })}
        </div>
      )}
    </div>
  );
}
