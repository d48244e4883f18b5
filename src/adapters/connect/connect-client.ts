/** Asks Kafka Connect's REST interface, and tells its answers apart. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { isJsonObject, type JsonObject } from '../../core/diagnostics/json-object.ts'
import type { Clock } from '../../ports/clock-log-metrics.ts'
import type { ConnectorConfig } from '../../ports/connect/connector-admin.ts'
import { whyNoAnswer } from '../../core/diagnostics/no-answer.ts'

/**
 * One thread of a worker answers one request after the other, questions too, and while it starts connectors or the
 * machine is busy that takes as long as the worker itself gives it: 90 s (`RestRequestTimeout` of Kafka Connect), after
 * which it says so. Whoever gives up before does not know what has become of a request.
 */
export const connectAnswersWithinMs = 95_000

export interface ConnectClientOptions {
  readonly url: string
  readonly requestTimeoutMs: number
  readonly clock: Clock
}

export interface Answer {
  readonly status: number
  readonly body: unknown
}

/**
 * Until a rebalance of the workers is over Connect answers 409, even to questions; 503 while it starts; and to some
 * questions 500, with these words of its `RebalanceNeededException`.
 */
const isPassing = (answer: Answer): boolean =>
  answer.status === 409 ||
  answer.status === 503 ||
  (answer.status === 500 && wordsOf(answer).includes('a rebalance is expected'))
/** A rebalance takes seconds, and each new connector asks for another one. */
const rebalanceRetries = 240
const rebalanceRetryMs = 250

export const pathOf = (name: string): string => `/connectors/${encodeURIComponent(name)}`

export class ConnectClient {
  readonly clock: Clock
  private readonly base: string
  private readonly options: ConnectClientOptions

  constructor(options: ConnectClientOptions) {
    if (!URL.canParse(options.url)) throw new FalseworkError('CONFIG_INVALID', 'connect.url is no address')
    this.base = options.url.replace(/\/+$/, '')
    this.options = options
    this.clock = options.clock
  }

  async config(name: string): Promise<ConnectorConfig | null> {
    const answer = await this.ask('GET', `${pathOf(name)}/config`)
    if (answer.status === 404) return null
    const entries = Object.entries(this.expectObject(answer))
    return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]))
  }

  /** Asks again while the workers rebalance or start: nothing has happened yet when Connect answers so. */
  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const answer = await this.askOnce(method, path, body)
      if (!isPassing(answer) || tries > rebalanceRetries) return answer
      await this.options.clock.sleep(rebalanceRetryMs)
    }
  }

  private async askOnce(method: string, path: string, body: unknown): Promise<Answer> {
    try {
      const response = await fetch(this.base + path, {
        method,
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        signal: AbortSignal.timeout(this.options.requestTimeoutMs),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const { status } = response
      if (status !== 401 && status !== 403) return { status, body: parse(await response.text()) }
    } catch (cause) {
      const why = whyNoAnswer(cause, this.options.requestTimeoutMs)
      throw new FalseworkError('CONNECT_UNREACHABLE', `no answer from Kafka Connect at ${this.base}${why}`, { cause })
    }
    throw new FalseworkError('NOT_AUTHORISED', `Kafka Connect at ${this.base} does not let us in`)
  }

  /** Raises `CONNECTOR_REFUSED` with Connect's words, the secrets of the configuration taken out. */
  expectAccepted(answer: Answer, { name, config }: { readonly name: string; readonly config: ConnectorConfig }): void {
    if (answer.status >= 200 && answer.status < 300) return
    if (answer.status >= 500) throw this.unexpected(answer)
    const words = withoutSecrets(wordsOf(answer), config)
    throw new FalseworkError('CONNECTOR_REFUSED', `connector ${name}: ${words}`)
  }

  expectObject(answer: Answer): JsonObject {
    if (answer.status >= 200 && answer.status < 300 && isJsonObject(answer.body)) return answer.body
    throw this.unexpected(answer)
  }

  unexpected(answer: Answer): FalseworkError {
    return new FalseworkError('CONNECT_UNREACHABLE', `Kafka Connect at ${this.base}: ${wordsOf(answer)}`)
  }
}

function wordsOf({ status, body }: Answer): string {
  const message = isJsonObject(body) ? body['message'] : undefined
  return typeof message === 'string' ? message : `status ${status} with an answer of another kind`
}

const secretName = /password|secret|token|credential|private[._-]?key|jaas/i

/** Connect quotes whole configurations in some of its messages. */
function withoutSecrets(words: string, config: ConnectorConfig): string {
  return Object.entries(config)
    .filter(([name, value]) => secretName.test(name) && value !== '')
    .toSorted(([, a], [, b]) => b.length - a.length)
    .reduce((text, [, secret]) => text.replaceAll(secret, '***'), words)
}

function parse(received: string): unknown {
  try {
    return JSON.parse(received) as unknown
  } catch {
    return undefined
  }
}
