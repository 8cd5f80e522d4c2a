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

/** Switches a running logger between its usual level and debug (from debug to info), and says so. */
export function toggleDebug(log: Logger, usual: string): void {
  const other = usual === 'debug' ? 'info' : 'debug';
  log.level = log.level === other ? usual : other;
  log.warn('log level changed', { to: log.level });
}
