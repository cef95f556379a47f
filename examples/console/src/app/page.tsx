import { DashboardPage } from "@/features/dashboard/dashboard-page";

export default function Page() {
  return <DashboardPage />;
}
