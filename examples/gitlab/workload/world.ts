/** What the workload knows of the rows that it has written. */
import type { Random } from '../../../demo/old-application/plan/random.ts'

export interface Project {
  readonly id: number
  readonly path: string
  /** Id of its row in `namespaces`. */
  readonly own: number
  /** Path of the group that has it. */
  home: string
  visibility: number
  markedOn: string | null
  /** Parts of the subject claim of its id tokens. */
  claims: readonly string[]
  readonly attributes: Map<string, { readonly id: number; value: string }>
}

export interface Group {
  readonly path: string
  /** From the top down to itself. */
  way: readonly number[]
  /** Whether something hangs on it. */
  used: boolean
}

export interface Issue {
  readonly id: number
  readonly project: Project
  state: 'OPENED' | 'CLOSED'
  confidential: boolean
  length: number
  links: readonly { readonly id: number; readonly title: string }[]
}

export class World {
  readonly random: Random
  readonly users = new Map<number, { state: string }>()
  readonly groups = new Map<number, Group>()
  readonly labels = new Map<number, string>()
  readonly projects = new Map<number, Project>()
  readonly members = new Map<number, { readonly user: number; readonly source: Project | null; level: number }>()
  readonly issues = new Map<number, Issue>()
  readonly requests = new Map<number, { state: number; readonly project: Project; readonly draft: boolean }>()
  readonly builds = new Map<number, { status: string; readonly partition: number; readonly project: Project }>()
  private lastId = 1_000
  private nowMs = Date.UTC(2026, 0, 20)

  constructor(random: Random) {
    this.random = random
  }

  /** Some minutes later. */
  wait(): void {
    this.nowMs += this.random.integer(1, 120) * 60_000
  }

  /** Without a zone; it is UTC. */
  get now(): string {
    return new Date(this.nowMs).toISOString().slice(0, 19)
  }

  get instant(): string {
    return `${this.now}.000000Z`
  }

  get today(): string {
    return this.now.slice(0, 10)
  }

  stamps(): { readonly created_at: string; readonly updated_at: string } {
    return { created_at: this.now, updated_at: this.now }
  }

  id(): number {
    this.lastId += 1
    return this.lastId
  }

  any<K, T>(items: ReadonlyMap<K, T>): readonly [K, T] {
    const found = this.random.pickAny([...items])
    if (found === null) throw new Error('the world has none of these yet')
    return found
  }

  /** Too large for a row, and not made small by compression. */
  text(): string {
    return this.random.letters(this.random.chance(0.4) ? this.random.integer(9_000, 16_000) : 40)
  }
}
