/** What tells a daemon of these tests where everything is. */
import { resolve } from 'node:path'
import type { StackAddresses } from '../../stack/stack.ts'
import type { Environment } from './daemon-process.ts'

/** A killed daemon is replaced after this time; the local broker allows no less. */
export const leaseSessionMs = 1_000

export const daemonEnvironment = (stack: StackAddresses, prefix: string): Environment => ({
  FALSEWORK_KAFKA_BROKERS: stack.brokers,
  FALSEWORK_REGISTRY_URL: stack.registryUrl,
  FALSEWORK_CONNECT_URL: stack.connectUrl,
  FALSEWORK_TOPICS_PREFIX: prefix,
  FALSEWORK_TOPICS_RAW_PREFIX: prefix,
  FALSEWORK_HTTP_PORT: '0',
  // Gone with the stack's state, as the topics are.
  FALSEWORK_ROWS_DIRECTORY: resolve('.falsework/test/rows'),
  FALSEWORK_KAFKA_LEASE_SESSION_MS: String(leaseSessionMs),
  FALSEWORK_KAFKA_REQUEST_TIMEOUT_MS: '3000',
})
