import { describe } from "vitest";
import { needs } from "../../test/service-url.js";
import { EXPERIMENTS } from "./experiments/index.js";
import { smallRuns } from "./small-run.fixture.js";

/** Their store is that of Redis's pairing too, and what they do to it does not depend on the broker: at small scale they run there. */
const OF_THE_STORE = ["churn", "suppression", "slow-messages"];
const ordinary = EXPERIMENTS.filter(({ name, needsOwnBroker }) => !needsOwnBroker && !OF_THE_STORE.includes(name));
const illTreating = EXPERIMENTS.filter(({ needsOwnBroker }) => needsOwnBroker);

describe("on a MongoDB-compatible server and RabbitMQ, at small scale, holds", needs("mongo", "rabbitmq"), () => {
  smallRuns("rabbitmq").hold(ordinary);
});

describe("with a RabbitMQ of its own, at small scale, holds", needs("mongo", "docker"), () => {
  smallRuns("rabbitmq").hold(illTreating);
});
