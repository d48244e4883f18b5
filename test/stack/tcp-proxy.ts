/**
 * A TCP proxy between a Kafka client and the broker that understands request headers: it drops, holds or cuts what a
 * test names. Addresses in the broker's answers are rewritten, so that a client that starts here stays here.
 */
import { connect, createServer, type Server, type Socket } from 'node:net'

/** API keys of the requests that tests break, from https://kafka.apache.org/protocol#protocol_api_keys */
const apiKeys = {
  Produce: 0,
  Fetch: 1,
  ListOffsets: 2,
  Metadata: 3,
  FindCoordinator: 10,
  JoinGroup: 11,
  Heartbeat: 12,
  InitProducerId: 22,
  AddPartitionsToTxn: 24,
  EndTxn: 26,
  DescribeCluster: 60,
} as const
type ApiName = keyof typeof apiKeys

interface ProxyRule {
  readonly api: ApiName
  readonly direction: 'request' | 'response'
  /**
   * `drop`: it never arrives, the connection stays. `cut`: it never arrives, the connection breaks. `hold`: it waits
   * for `release`. `repeat`: answers pass until `arm`; the last of them is given to every such request until `release`.
   */
  readonly action: 'drop' | 'cut' | 'hold' | 'repeat'
}

/** One rule that waits for its first match. */
interface ProxyTrap {
  /** Resolves when the rule has matched. */
  readonly sprung: Promise<void>
  /** Begins a `repeat`. */
  arm(): void
  /** Sends what a `hold` holds back; ends a `repeat`. */
  release(): void
}

export interface TcpProxy {
  /** `127.0.0.1:port`, to be given to a client as its broker. */
  readonly address: string
  /** Applies the rule to the next matching message, once. */
  trap(rule: ProxyRule): ProxyTrap
  /** Breaks every connection; `closed` refuses new ones until `open`. */
  partition(state: 'closed' | 'open'): void
  close(): Promise<void>
}

interface SetTrap {
  readonly rule: ProxyRule
  readonly spring: () => void
  readonly held: (send: () => void) => void
  /** What a `repeat` repeats, and whether it does. */
  recorded: Buffer | null
  armed: boolean
}

interface Link {
  readonly client: Socket
  readonly broker: Socket
  /** API key of each request that has no answer yet. */
  readonly pending: Map<number, number>
}

/** Answers that carry addresses. */
const addressed: readonly number[] = [apiKeys.Metadata, apiKeys.FindCoordinator, apiKeys.DescribeCluster]

export async function startTcpProxy(brokerAddress: string): Promise<TcpProxy> {
  const [host = '', brokerPort = ''] = brokerAddress.split(':')
  const traps = new Set<SetTrap>()
  const links = new Set<Link>()
  let state: 'closed' | 'open' = 'open'
  const server = createServer((client) => {
    if (state === 'closed') {
      client.destroy()
      return
    }
    const link: Link = { client, broker: connect({ host, port: Number(brokerPort) }), pending: new Map() }
    links.add(link)
    const relay = new Relay(link, traps, { host, from: Number(brokerPort), to: portOf(server) })
    relay.start(() => links.delete(link))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const breakAll = (): void => {
    for (const { client, broker } of links) {
      client.destroy()
      broker.destroy()
    }
  }
  return {
    address: `127.0.0.1:${portOf(server)}`,
    trap: (rule) => setTrap(traps, rule),
    partition: (next) => {
      state = next
      if (next === 'closed') breakAll()
    },
    close: async () => {
      breakAll()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy does not listen')
  return address.port
}

function setTrap(traps: Set<SetTrap>, rule: ProxyRule): ProxyTrap {
  const sprung = Promise.withResolvers<undefined>()
  const sends: (() => void)[] = []
  const trap: SetTrap = {
    rule,
    recorded: null,
    armed: false,
    spring: () => {
      if (rule.action !== 'repeat') traps.delete(trap)
      sprung.resolve(undefined)
    },
    held: (send) => sends.push(send),
  }
  traps.add(trap)
  return {
    sprung: sprung.promise,
    arm: () => {
      trap.armed = true
    },
    release: () => {
      traps.delete(trap)
      for (const send of sends.splice(0)) send()
    },
  }
}

interface Rewrite {
  readonly host: string
  readonly from: number
  readonly to: number
}

/** Both directions of one connection, frame by frame. */
class Relay {
  private readonly link: Link
  private readonly traps: Set<SetTrap>
  private readonly rewrite: Rewrite

  constructor(link: Link, traps: Set<SetTrap>, rewrite: Rewrite) {
    this.link = link
    this.traps = traps
    this.rewrite = rewrite
  }

  start(onEnd: () => void): void {
    const { client, broker } = this.link
    const end = (): void => {
      client.destroy()
      broker.destroy()
      onEnd()
    }
    for (const socket of [client, broker]) {
      socket.setNoDelay(true)
      socket.on('error', end)
      socket.on('close', end)
    }
    client.on(
      'data',
      frames((frame) => this.request(frame)),
    )
    broker.on(
      'data',
      frames((frame) => this.response(frame)),
    )
  }

  private request(frame: Buffer): void {
    const apiKey = frame.readInt16BE(4)
    this.link.pending.set(frame.readInt32BE(8), apiKey)
    this.pass(frame, { apiKey, direction: 'request', to: this.link.broker })
  }

  private response(frame: Buffer): void {
    const correlationId = frame.readInt32BE(4)
    const apiKey = this.link.pending.get(correlationId) ?? -1
    this.link.pending.delete(correlationId)
    if (addressed.includes(apiKey)) rewriteAddresses(frame, this.rewrite)
    this.pass(frame, { apiKey, direction: 'response', to: this.link.client })
  }

  private pass(
    frame: Buffer,
    { apiKey, direction, to }: { apiKey: number; direction: ProxyRule['direction']; to: Socket },
  ): void {
    const trap = [...this.traps].find(({ rule }) => apiKeys[rule.api] === apiKey && rule.direction === direction)
    if (trap === undefined) {
      to.write(frame)
      return
    }
    trap.spring()
    if (trap.rule.action === 'hold') trap.held(() => to.write(frame))
    if (trap.rule.action === 'cut') this.link.client.destroy()
    if (trap.rule.action === 'repeat') to.write(repeated(trap, frame))
  }
}

/** The last answer before the trap was armed, under the number of the request that is answered now. */
function repeated(trap: SetTrap, frame: Buffer): Buffer {
  if (!trap.armed || trap.recorded === null) trap.recorded = Buffer.from(frame)
  const answer = Buffer.from(trap.recorded)
  frame.copy(answer, 4, 4, 8)
  return answer
}

/** Cuts a stream into frames: a length of four bytes, and as many bytes. */
function frames(onFrame: (frame: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (rest.length >= 4) {
      const size = 4 + rest.readInt32BE(0)
      if (rest.length < size) return
      onFrame(rest.subarray(0, size))
      rest = rest.subarray(size)
    }
  }
}

/** Host and port stand side by side in every version of these answers, and both ports have four bytes. */
function rewriteAddresses(frame: Buffer, { host, from, to }: Rewrite): void {
  const address = Buffer.alloc(host.length + 4)
  address.write(host)
  address.writeInt32BE(from, host.length)
  for (let at = frame.indexOf(address); at >= 0; at = frame.indexOf(address, at + 1)) {
    frame.writeInt32BE(to, at + host.length)
  }
}
