import { describe } from "vitest";
import { needs, startOwn } from "../../../../test/service-url.js";
import { restartDrills } from "../brokers/restart-drill.fixture.js";
import { rabbitmqQueue } from "./rabbitmq-queue.js";

describe("RabbitMQ that is restarted", needs("docker", "rabbitmq"), () => {
  restartDrills(
    () => startOwn("rabbitmq"),
    ({ port }, namespace) => rabbitmqQueue({ url: `amqp://guest:guest@127.0.0.1:${port}`, namespace }),
  );
});
