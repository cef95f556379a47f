export { type RabbitmqQueueOptions, rabbitmqQueue } from "./rabbitmq-queue.js";
