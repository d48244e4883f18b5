/** Error codes of the Kafka protocol that decide something, and how failures of the client become errors of ours. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'

/** From https://kafka.apache.org/protocol#protocol_error_codes */
export const protocolError = {
  offsetOutOfRange: 1,
  unknownTopicOrPartition: 3,
  leaderNotAvailable: 5,
  notLeaderOrFollower: 6,
  messageTooLarge: 10,
  coordinatorLoadInProgress: 14,
  coordinatorNotAvailable: 15,
  notCoordinator: 16,
  invalidTopic: 17,
  recordListTooLarge: 18,
  topicAuthorizationFailed: 29,
  groupAuthorizationFailed: 30,
  clusterAuthorizationFailed: 31,
  unsupportedVersion: 35,
  policyViolation: 44,
  invalidProducerEpoch: 47,
  invalidTransactionTimeout: 50,
  concurrentTransactions: 51,
  transactionalIdAuthorizationFailed: 53,
  operationNotAttempted: 55,
  invalidRecord: 87,
  producerFenced: 90,
  unknownTopicId: 100,
  inconsistentTopicId: 103,
  transactionalIdNotFound: 105,
} as const

const fencing: readonly number[] = [protocolError.invalidProducerEpoch, protocolError.producerFenced]

/** The broker has looked at these very records, or at who sends them, and says no: asking again changes nothing. */
const refusals: readonly number[] = [
  protocolError.unknownTopicOrPartition,
  protocolError.messageTooLarge,
  protocolError.invalidTopic,
  protocolError.recordListTooLarge,
  protocolError.topicAuthorizationFailed,
  protocolError.clusterAuthorizationFailed,
  protocolError.unsupportedVersion,
  protocolError.invalidTransactionTimeout,
  protocolError.policyViolation,
  protocolError.transactionalIdAuthorizationFailed,
  protocolError.invalidRecord,
]

/** A response that carried an error code. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  readonly code: number

  constructor(api: string, code: number) {
    super(`${api} was answered with error ${code}${nameOf(code)}`)
    this.code = code
  }
}

/** ` (topicAuthorizationFailed)`, or nothing for a code that decides nothing here. */
function nameOf(code: number): string {
  const name = Object.entries(protocolError).find(([, known]) => known === code)?.[0]
  return name === undefined ? '' : ` (${name})`
}

/**
 * The protocol's error code of our own or of a kafkajs error; null when it was no answer of the broker. kafkajs wraps an
 * answer once it has given up asking again.
 */
export function protocolCodeOf(error: unknown): number | null {
  if (error instanceof ProtocolError) return error.code
  if (!(error instanceof Error)) return null
  if (error.name === 'KafkaJSProtocolError' && 'code' in error) return Number(error.code)
  return error.name.startsWith('KafkaJS') ? protocolCodeOf(error.cause) : null
}

/** What a failed step of a transaction means: fenced, refused, or unknown. Never a guess in between. */
export function publishError(cause: unknown): FalseworkError {
  if (cause instanceof FalseworkError) return cause
  const unknown = unknownRequestOf(cause)
  if (unknown !== null) return incompatible(unknown, cause)
  const code = protocolCodeOf(cause)
  const reason = reasonOf(cause)
  if (code !== null && fencing.includes(code)) return new FalseworkError('FENCED', reason, { cause })
  if (code !== null && refusals.includes(code)) return new FalseworkError('PUBLISH_REFUSED', reason, { cause })
  return new FalseworkError('PUBLISH_UNCERTAIN', reason, { cause })
}

/**
 * A failure outside of a transaction: the connection's, unless it is one of ours, or the answer says otherwise.
 * `tried` are the addresses that were asked for the cluster; none, once it has been found.
 */
export function connectionError(cause: unknown, tried: readonly string[] = []): FalseworkError {
  if (cause instanceof FalseworkError) return cause
  const unknown = unknownRequestOf(cause)
  if (unknown !== null) return incompatible(unknown, cause)
  const code = meanings.get(protocolCodeOf(cause)) ?? 'KAFKA_UNREACHABLE'
  const among = code === 'KAFKA_UNREACHABLE' && tried.length > 0 ? ` (tried ${tried.join(', ')})` : ''
  return new FalseworkError(code, reasonOf(cause) + among, { cause })
}

const meanings: ReadonlyMap<number | null, string> = new Map([
  [protocolError.unknownTopicOrPartition, 'TOPIC_MISSING'],
  [protocolError.unsupportedVersion, 'KAFKA_INCOMPATIBLE'],
])

/** The name of a request that kafkajs would have sent, and which the broker does not have at all. */
function unknownRequestOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  if (error.name === 'KafkaJSServerDoesNotSupportApiKey' && 'apiName' in error) return String(error.apiName)
  return error.name.startsWith('KafkaJS') ? unknownRequestOf(error.cause) : null
}

const incompatible = (request: string, cause: unknown): FalseworkError =>
  new FalseworkError('KAFKA_INCOMPATIBLE', `the broker does not speak ${request} (not at all)`, { cause })

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : 'unknown')
