/** What every component of the stack needs to know, and how it is asked whether it is there. */
import { connect } from 'node:net'
import type { JvmParts } from './jvm-parts.ts'
import type { Ports } from './ports.ts'
import type { ProcessBook } from './process-book.ts'

export interface StackContext {
  readonly parts: JvmParts
  readonly ports: Ports
  readonly stateFolder: string
  readonly book: ProcessBook
  /** Holds log4j2.yaml; on the class path of Kafka and Connect. */
  readonly configFolder: string
  readonly logging: Readonly<Record<string, string>>
}

/** Whether a port accepts connections. */
export async function accepts(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** Whether an address answers with success. */
export async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
  await response.arrayBuffer()
  return response.ok
}
