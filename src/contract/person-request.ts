/** Who sent a message, and when, as SQS says it. */
export interface Sent {
  messageId: string;
  /** Unique id of the sender's role, a colon, and the name of the session. */
  senderId: string;
  sentAt: Date;
}
