"use client";

import { PageHead } from "@/ui/panel";

export function DashboardPage() {
  return <PageHead title="Dashboard" documentTitle="Dashboard" />;
}
