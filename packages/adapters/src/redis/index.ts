export { type RedisQueueOptions, redisQueue } from "./redis-queue.js";
