import { Skeleton } from "@/ui/panel";

export function DashboardSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="grid grid-cols-1 gap-4 lg:grid-cols-3">
      <Skeleton className="h-16 lg:col-span-3" />
      <Skeleton className="h-96 lg:col-span-2" />
      <Skeleton className="h-96" />
      <Skeleton className="h-80 lg:col-span-2" />
      <Skeleton className="h-80" />
    </div>
  );
}
