export { type SmtpSenderOptions, smtpSender } from "./smtp-sender.js";
