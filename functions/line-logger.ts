import { Logger } from "@aws-lambda-powertools/logger";

/** Control characters and separators of lines that JSON leaves as they are. */
const UNESCAPED = /[\u007f-\u009f\u2028\u2029]/g;

/** A logger of one JSON line each: keys and messages that others chose can't break it, nor steer a terminal. */
export const lineLogger = (serviceName: string): Logger =>
  new Logger({
    serviceName,
    jsonReplacerFn: (_, value: unknown) => (typeof value === "string" ? value.replace(UNESCAPED, "\ufffd") : value),
  });
