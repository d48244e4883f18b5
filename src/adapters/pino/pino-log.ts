/** Log lines as JSON through pino: one object a line, level by name, time readable. */
import { type DestinationStream, destination, pino, stdTimeFunctions } from 'pino'
import type { Log, LogFields } from '../../ports/clock-log-metrics.ts'

export interface PinoLogOptions {
  readonly level: 'error' | 'warn' | 'info'
  /** Where lines go; standard error, written at once, when absent: a process that is killed has said what it said. */
  readonly destination?: DestinationStream
}

export function pinoLog(options: PinoLogOptions): Log {
  const standardError = 2
  const stream = options.destination ?? destination({ dest: standardError, sync: true })
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  )
  return {
    error: (message, fields: LogFields = {}) => logger.error(fields, message),
    warn: (message, fields: LogFields = {}) => logger.warn(fields, message),
    info: (message, fields: LogFields = {}) => logger.info(fields, message),
  }
}
