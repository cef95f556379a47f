export { type SimulatedReceipt, type SimulatedSenderOptions, simulatedSender } from "./simulated-sender.js";
