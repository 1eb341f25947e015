/** How often what runs by a schedule runs. */
export const SCHEDULE_MINUTES = 15;

/** EventBridge's expression of it. */
export const scheduleExpression = (everyMinutes: number): string => `rate(${everyMinutes} minutes)`;
