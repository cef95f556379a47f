import { OrdersPage } from "@/features/orders/orders-page";

export default function Page() {
  return <OrdersPage />;
}
