import { CommandError } from "../exit.js";
import { interruptSignal } from "../interrupt.js";
import { withEngine } from "./with-engine.js";

const SHOW_EVERY_MS = 2_000;

/** `crm recount`: checks every customer's totals against the stored orders, and corrects what differs. */
export async function recountCommand(): Promise<void> {
  const interrupted = interruptSignal();
  await withEngine(async (engine) => {
    let shownAt = Date.now();
    const counting = engine.recount({
      signal: interrupted,
      onProgress: (soFar) => {
        if (Date.now() - shownAt < SHOW_EVERY_MS) return;
        shownAt = Date.now();
        process.stderr.write(`${soFar.checked} customers checked\n`);
      },
    });
    const { checked, corrected } = await counting.catch((error: unknown) => {
      throw interrupted.aborted ? new CommandError("interrupted; run it again to check the rest") : error;
    });
    process.stdout.write(`customers checked: ${checked}\ntotals corrected:  ${corrected}\n`);
  });
}
