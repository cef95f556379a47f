import { OrderPage } from "@/features/orders/order-page";

export default function Page() {
  return <OrderPage />;
}
