/** What the workload knows of the rows that it has written. */
import type { Random } from '../../../demo/old-application/plan/random.ts'

export interface Customer {
  readonly id: number
  enabled: boolean
  newsletter: boolean
}

export interface Address {
  readonly id: number
  readonly customer: Customer
  city: string
  isDefault: boolean
}

export interface Product {
  readonly id: number
  readonly model: string
  price: number
  quantity: number
  listed: boolean
  /** By the number of the language. */
  readonly names: Map<number, string>
}

export interface Line {
  readonly id: number
  readonly product: Product
  readonly quantity: number
}

export interface Order {
  readonly id: number
  /** null: a guest. */
  readonly customer: Customer | null
  readonly language: number
  readonly total: number
  readonly lines: readonly Line[]
  readonly totals: readonly number[]
  readonly history: number[]
  status: number
  wasPlaced: boolean
}

export interface Reward {
  readonly id: number
  readonly customer: Customer
  readonly order: Order | null
  readonly points: number
}

export const languages: Readonly<Record<number, string>> = { 1: 'en-gb', 2: 'de-de' }

/** Of an order, by language; nobody has translated the last one. */
export const statuses: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  1: { 1: 'Pending', 2: 'Offen' },
  2: { 1: 'Processing', 2: 'In Arbeit' },
  3: { 1: 'Shipped', 2: 'Versandt' },
  5: { 1: 'Complete', 2: 'Abgeschlossen' },
  7: { 1: 'Canceled' },
}

/** 0 is none. */
export const countries: Readonly<Record<number, string>> = { 81: 'DE', 222: 'GB' }

export class World {
  readonly random: Random
  readonly customers = new Map<number, Customer>()
  readonly addresses = new Map<number, Address>()
  readonly products = new Map<number, Product>()
  readonly orders = new Map<number, Order>()
  readonly rewards = new Map<number, Reward>()
  /** To the number of the status. */
  readonly returns = new Map<number, { status: number }>()
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

  id(): number {
    this.lastId += 1
    return this.lastId
  }

  any<T>(items: ReadonlyMap<number, T>): T {
    const found = this.random.pickAny([...items.values()])
    if (found === null) throw new Error('the world has none of these yet')
    return found
  }
}

/** As a column of money has it, of whole units. */
export const money = (units: number): string => `${units}.0000`
