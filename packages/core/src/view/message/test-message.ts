import { z } from "zod";

/** `suppressed`: the vendor was not asked; `unknown`: the call broke, and it may have taken the message. */
export const TEST_STATUSES = ["accepted", "rejected", "retry", "unknown", "suppressed"] as const;

/** What became of a test message, address by address. */
export const sentTestsSchema = z
  .object({
    customerId: z.string().optional().meta({ description: "As whom it was sent; absent where nobody was in the audience." }),
    missing: z.array(z.string()).meta({ description: "Variables that the message names and they have no value for." }),
    results: z.array(
      z.object({
        to: z.string(),
        status: z.enum(TEST_STATUSES),
        reason: z.string().optional().meta({ description: "In the vendor's own words, without addresses." }),
        vendorMessageId: z.string().optional(),
        retryAfterMs: z.number().optional(),
      }),
    ),
  })
  .meta({ id: "SentTests" });
