import { CustomerPage } from "@/features/customers/customer-page";

export default function Page() {
  return <CustomerPage />;
}
