/**
 * The lease of a source: membership in a consumer group on its checkpoint topic. The group decides who works, and
 * does nothing else.
 */
import type { Kafka } from 'kafkajs'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { Grant, Lease } from '../../ports/kafka/lease.ts'
import { connectionError } from './cluster/protocol-error.ts'
import { GroupMember } from './group-member.ts'

export interface LeaseOptions {
  readonly kafka: Kafka
  readonly groupId: string
  readonly topic: string
  readonly sessionMs: number
}

/** By our own clock a grant ends after this part of a session: before the group can have given the source away. */
const ownSessionPart = 0.9
/** Leaving takes half a second; a group that does not answer is left to its session time-out. */
const leaveWithinMs = 2_000

export const createLease = (options: LeaseOptions): Lease => new GroupLease(options)

interface Held {
  readonly member: string
  readonly end: AbortController
  readonly grant: Grant
  watchdog: ReturnType<typeof setTimeout>
}

/**
 * Modes: idle · waiting as a member · held · closed. What the group tells moves it. A round in which the holder keeps
 * the source does not disturb it; losing the source ends the grant before anything else happens. Every grant is of a
 * membership of its own, and so of a later generation of the group.
 */
class GroupLease implements Lease {
  private readonly options: LeaseOptions
  private member: GroupMember | null = null
  private held: Held | null = null
  private waiting: (PromiseWithResolvers<Grant> & { readonly onWaiting: () => void }) | null = null
  private generation = 0
  private closed = false

  constructor(options: LeaseOptions) {
    this.options = options
  }

  async acquire(onWaiting: () => void = () => undefined): Promise<Grant> {
    if (this.held !== null) return this.held.grant
    await this.leave()
    if (this.closed) throw closedError()
    const waiting = { ...Promise.withResolvers<Grant>(), onWaiting }
    this.waiting = waiting
    const member: GroupMember = new GroupMember(
      { ...this.options, holds: () => this.held !== null },
      {
        joined: (round) => this.joined(member, round),
        confirmed: (agoMs) => this.confirmed(agoMs),
        failed: (cause) => this.failed(member, cause),
      },
    )
    this.member = member
    member.join().catch((cause: unknown) => this.failed(member, cause))
    return await waiting.promise
  }

  async close(): Promise<void> {
    this.closed = true
    this.refuse(closedError())
    await this.leave()
  }

  private joined(member: GroupMember, round: { readonly member: string; readonly assigned: 'yes' | 'no' }): void {
    if (this.member !== member) return
    const { held, waiting } = this
    if (held !== null) {
      if (round.assigned === 'yes' && round.member === held.member) this.confirmed(0)
      else this.end()
    } else if (round.assigned === 'yes' && waiting !== null) {
      this.waiting = null
      waiting.resolve(this.hold(member, round.member))
    } else {
      waiting?.onWaiting()
    }
  }

  private hold(member: GroupMember, memberId: string): Grant {
    const end = new AbortController()
    this.generation += 1
    const grant: Grant = {
      generation: this.generation,
      ended: end.signal,
      alone: async () => await this.isOnlyMember(memberId),
      release: async () => {
        if (this.member === member) await this.leave()
      },
    }
    this.held = { member: memberId, end, grant, watchdog: this.watch(0) }
    return grant
  }

  private async isOnlyMember(memberId: string): Promise<boolean | null> {
    const { kafka, groupId } = this.options
    const admin = kafka.admin({ retry: { retries: 0 } })
    try {
      await admin.connect()
      const { groups } = await admin.describeGroups([groupId])
      const members = groups.flatMap((group) => group.members)
      return members.length === 1 && members[0]?.memberId === memberId
    } catch {
      return null
    } finally {
      await admin.disconnect().catch(() => undefined)
    }
  }

  private confirmed(agoMs: number): void {
    if (this.held === null) return
    clearTimeout(this.held.watchdog)
    this.held.watchdog = this.watch(agoMs)
  }

  private watch(agoMs: number): ReturnType<typeof setTimeout> {
    const restMs = this.options.sessionMs * ownSessionPart - agoMs
    return setTimeout(() => this.end(), Math.max(0, restMs)).unref()
  }

  private end(): void {
    if (this.held === null) return
    clearTimeout(this.held.watchdog)
    this.held.end.abort()
    this.held = null
  }

  private failed(member: GroupMember, cause: unknown): void {
    if (this.member !== member) return
    this.refuse(connectionError(cause))
    void this.leave()
  }

  private refuse(error: FalseworkError): void {
    this.waiting?.reject(error)
    this.waiting = null
  }

  private async leave(): Promise<void> {
    const { member } = this
    this.member = null
    this.end()
    if (member === null) return
    const left = new AbortController()
    const late = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, leaveWithinMs)
      left.signal.addEventListener('abort', () => clearTimeout(timer))
    })
    await Promise.race([member.leave(), late])
    left.abort()
  }
}

const closedError = (): FalseworkError => new FalseworkError('LEASE_CLOSED', 'the lease is closed')
