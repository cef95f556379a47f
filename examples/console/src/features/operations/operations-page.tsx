"use client";

import { PageHead } from "@/ui/panel";

export function OperationsPage() {
  return <PageHead title="Operations" documentTitle="Operations" />;
}
