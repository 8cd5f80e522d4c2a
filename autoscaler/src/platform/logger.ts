import winston from 'winston';

export type Logger = winston.Logger;

const errors = winston.format((info) => {
  const { error } = info;
  if (!(error instanceof Error)) return info;
  const { name, message, stack, cause } = error;
  info['error'] = { name, message, stack, ...(cause !== undefined && { cause: String(cause) }) };
  return info;
});

const line = (service: string) =>
  winston.format.printf(({ level, message, ...fields }) =>
    JSON.stringify({ timestamp: new Date().toISOString(), level, message, service, ...fields }),
  );

/** JSON lines on stdout: timestamp, level, message, service, then the fields. Messages are constant, data is in fields. */
export const createLogger = (level: string, service: string): Logger =>
  winston.createLogger({
    level,
    format: winston.format.combine(errors(), line(service)),
    transports: [new winston.transports.Console()],
  });
