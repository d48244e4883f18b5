/** kafkajs's admin, connected when it is first needed. */
import type { Admin, Kafka } from 'kafkajs'
import { connectionError } from './protocol-error.ts'

export interface LazyAdmin {
  /** Raises `KAFKA_UNREACHABLE` that names the brokers; the next call tries again. */
  readonly connected: () => Promise<Admin>
  readonly close: () => Promise<void>
}

export function lazyAdmin(kafka: Kafka, brokers: readonly string[]): LazyAdmin {
  let connecting: Promise<Admin> | null = null
  return {
    connected: async () => {
      connecting ??= (async () => {
        const admin = kafka.admin()
        await admin.connect()
        return admin
      })()
      try {
        return await connecting
      } catch (cause) {
        connecting = null
        throw connectionError(cause, brokers)
      }
    },
    close: async () => {
      const admin = await connecting?.catch(() => null)
      await admin?.disconnect()
    },
  }
}
