import type { Figures } from "./main-job.js";

/** What the Online Retail data comes to, counted apart from this engine. */
export const EXPECTED = {
  linesRead: 541_909,
  linesAccepted: 406_829,
  linesRejected: 135_080,
  purchases: 18_536,
  refunds: 3_654,
  customers: 4_372,
  totalSpend: "8300065.81",
  over10000: 97,
  heartBuyers: 35,
  decemberOnly: 119,
  audience: 661,
  logRows: 661,
  accounted: true,
  secondLaunch: 409,
  rowsChanged: 1,
} as const satisfies Partial<Figures>;
