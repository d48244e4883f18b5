/** What the exit codes of every command mean; scripts rely on them. */
export const exitCode = {
  done: 0,
  /** The answer is no: validation, test or contract failed. */
  no: 1,
  /** Only with `status --check`: something is degraded. */
  degraded: 2,
  /** Only with `--detailed-exitcode`: changes are pending. */
  pending: 2,
  unreachable: 3,
  forbidden: 4,
  conflict: 5,
  timedOut: 6,
  usage: 64,
  interrupted: 130,
} as const
export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

const byErrorCode: Readonly<Record<string, ExitCode>> = {
  KAFKA_UNREACHABLE: exitCode.unreachable,
  REGISTRY_UNREACHABLE: exitCode.unreachable,
  CONNECT_UNREACHABLE: exitCode.unreachable,
  DATABASE_UNREACHABLE: exitCode.unreachable,
  NOT_AUTHORISED: exitCode.forbidden,
  REGISTRATION_CONFLICT: exitCode.conflict,
  PLAN_STALE: exitCode.conflict,
  CANCEL_TOO_LATE: exitCode.conflict,
  INTERRUPTED: exitCode.interrupted,
  TIMED_OUT: exitCode.timedOut,
  HANDOVER_UNANSWERED: exitCode.timedOut,
  WRITERS_IN_FLIGHT: exitCode.timedOut,
  WATERMARK_NOT_SEEN: exitCode.timedOut,
  SNAPSHOT_NOT_BEGUN: exitCode.timedOut,
  NO_PROJECT: exitCode.usage,
  REFERENCE_UNRESOLVED: exitCode.usage,
  USAGE: exitCode.usage,
}

export const exitCodeOf = (errorCode: string): ExitCode => byErrorCode[errorCode] ?? exitCode.no
