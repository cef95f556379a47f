"use client";

import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useEngine } from "@/api/engine";
import { Button } from "./button";

/** Saves an export of the API as a file, whatever its size: by a link that is made for one download. */
export function DownloadButton({
  path,
  label,
  small = false,
}: {
  readonly path: string;
  readonly label: string;
  readonly small?: boolean;
}) {
  const engine = useEngine();
  const download = useMutation({
    mutationFn: () => engine.downloads.linkTo(path),
    onSuccess: (url) => {
      const link = document.createElement("a");
      link.href = url;
      link.download = "";
      link.click();
    },
  });
  return (
    <Button small={small} busy={download.isPending} onClick={() => download.mutate()}>
      <Download aria-hidden size={14} />
      {label}
    </Button>
  );
}
