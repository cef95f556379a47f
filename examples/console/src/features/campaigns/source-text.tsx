import { ScrollRegion } from "@/ui/scroll/scroll-region";

/** A text as it is. */
export function SourceText({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <ScrollRegion label={label} className="max-h-105 rounded-md border border-line bg-sunken p-3">
      <pre className="font-mono text-xs break-words whitespace-pre-wrap">{text}</pre>
    </ScrollRegion>
  );
}
