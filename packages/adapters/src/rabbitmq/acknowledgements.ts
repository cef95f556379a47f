import { type Channel, IllegalOperationError, type Message } from "amqplib";

/** Tells the broker what became of a channel's deliveries. Where the channel has ended they are the broker's again, and nothing is said. */
export interface Acknowledgements {
  /** Settled by the next `flush` at the latest: what is done together is acknowledged together. */
  done(message: Message): void;
  /** Back to the broker, which gives it to somebody else; no attempt. */
  giveBack(message: Message): void;
  flush(): void;
}

export function acknowledgements(channel: Channel): Acknowledgements {
  /** Settled tags above `lowest`, and whether the broker was told. A channel's tags count from 1 without a gap. */
  const settled = new Map<number, { readonly message: Message; told: boolean }>();
  let lowest = 1;
  let scheduled = false;

  const tell = (say: () => void) => {
    try {
      say();
    } catch (error) {
      if (!(error instanceof IllegalOperationError)) throw error;
    }
  };
  /** One acknowledgement for all that is settled from the lowest on, and one for each that is not next to them. */
  const flush = () => {
    scheduled = false;
    let last: Message | undefined;
    for (let next = settled.get(lowest); next; next = settled.get(lowest)) {
      settled.delete(lowest++);
      if (!next.told) last = next.message;
    }
    const run = last;
    if (run) tell(() => channel.ack(run, true));
    for (const entry of settled.values()) {
      if (entry.told) continue;
      entry.told = true;
      tell(() => channel.ack(entry.message));
    }
  };
  return {
    done(message) {
      settled.set(message.fields.deliveryTag, { message, told: false });
      if (scheduled) return;
      scheduled = true;
      setImmediate(flush);
    },
    giveBack(message) {
      settled.set(message.fields.deliveryTag, { message, told: true });
      tell(() => channel.nack(message, false, true));
    },
    flush,
  };
}
