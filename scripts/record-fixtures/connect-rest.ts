/** Connect's REST interface, as far as recording needs it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { StackAddresses } from '../../stack/stack.ts'

/** A stack that runs, whoever started it. */
export interface LiveStack {
  readonly addresses: StackAddresses
}

export async function put(stack: LiveStack, path: string, body: unknown): Promise<void> {
  await call(stack, path, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

/** The root cause of a failed task; null while none has failed, and while the worker does not answer. */
export async function failedTask({ addresses }: LiveStack, name: string): Promise<string | null> {
  try {
    const response = await fetch(`${addresses.connectUrl}/connectors/${name}/tasks/0/status`)
    const { trace } = (await response.json()) as { readonly trace?: string }
    return trace?.split('\n').findLast((line) => line.startsWith('Caused by')) ?? null
  } catch {
    return null
  }
}

/** Asks again while the worker is rebalancing (409). */
export async function call(stack: LiveStack, path: string, request: RequestInit): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const response = await fetch(`${stack.addresses.connectUrl}/${path}`, request)
    const answer = await response.text()
    if (response.ok) return
    if (response.status !== 409 && response.status !== 503) throw new Error(`${path}: ${response.status} ${answer}`)
    await sleep(100)
  }
  throw new Error(`${path}: the worker keeps rebalancing`)
}

export type StoredOffset = Readonly<Record<string, unknown>>

/** Waits until Connect has stored an offset of the connector that the condition takes. */
export async function offsetIsStored(
  { addresses }: LiveStack,
  name: string,
  condition: (offset: StoredOffset) => boolean,
): Promise<void> {
  for (;;) {
    const response = await fetch(`${addresses.connectUrl}/connectors/${name}/offsets`)
    const { offsets = [] } = (await response.json()) as { readonly offsets?: readonly { offset: StoredOffset }[] }
    if (offsets.some(({ offset }) => condition(offset))) return
    await sleep(50)
  }
}

/** Of an offset behind the snapshot: a connector that is killed before takes it anew. */
export const isStreaming = (offset: StoredOffset): boolean =>
  !Object.keys(offset).some((member) => member.startsWith('snapshot'))
