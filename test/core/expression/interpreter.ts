/** The language said plainly, over the tree of the library's parser: what the compiled closures are held against. */
import { Environment } from '@marcbachmann/cel-js'

interface Tree {
  readonly op: string
  readonly args: unknown
}

type Plain = null | boolean | number | string | readonly Plain[]
type Names = Readonly<Record<string, Plain>>

/** A number beyond 32 bits, or a division by zero. */
export class Overflow extends Error {}

const parser = new Environment()

/** Of bools, ints of 32 bits, texts and lists of them, each of which may be null. */
export const interpret = (text: string, names: Names): Plain => value(parser.parse(text).ast, names)

function value({ op, args }: Tree, names: Names): Plain {
  const [first, second, third] = (Array.isArray(args) ? args : [args]) as readonly Tree[]
  const of = (tree: unknown): Plain => value(tree as Tree, names)
  switch (op) {
    case 'value':
      return typeof args === 'bigint' ? Number(args) : (args as Plain)
    case 'id':
      return names[args as string] ?? null
    case 'list':
      return (args as readonly Tree[]).map(of)
    case '!_':
      return of(args) !== true
    case '-_':
      return whole(0 - (of(args) as number))
    case '?:':
      return of(first) === true ? of(second) : of(third)
    case '&&':
      return of(first) === true && of(second) === true
    case '||':
      return of(first) === true || of(second) === true
    case 'call':
      return call(first as unknown as string, (second as unknown as readonly Tree[]).map(of))
    case 'rcall':
      return macro(first as unknown as string, of(second), (item) => {
        const [variable, body] = third as unknown as readonly [Tree, Tree]
        return value(body, { ...names, [String(variable.args)]: item })
      })
    default:
      return infix(op, of(first), of(second))
  }
}

function infix(op: string, left: Plain, right: Plain): Plain {
  const [a, b] = [left as number, right as number]
  switch (op) {
    case '==':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    case '>=':
      return a >= b
    case 'in':
      return (right as readonly Plain[] | null)?.includes(left) ?? false
    case '+':
      return typeof left === 'string' ? left + String(right) : whole(a + b)
    case '-':
      return whole(a - b)
    case '*':
      return whole(a * b)
    default:
      if (b === 0) throw new Overflow()
      return whole(op === '/' ? Math.trunc(a / b) : a % b)
  }
}

function whole(number: number): number {
  if (number > 2147483647 || number < -2147483648) throw new Overflow()
  return number + 0
}

function call(name: string, given: readonly Plain[]): Plain {
  if (name === 'coalesce') return given.find((one) => one !== null) ?? null
  const [x = null, y = null] = given
  if (name === 'nullIf') return x === y ? null : x
  if (given.includes(null)) return null
  const apply = functions[name]
  if (apply === undefined) throw new TypeError(`the interpreter has no ${name}()`)
  return apply(x, y)
}

const items = (x: Plain): readonly Plain[] => (typeof x === 'string' ? Array.from(x) : (x as readonly Plain[]))
const order = (a: Plain, b: Plain): number =>
  Number((a as number) > (b as number)) - Number((a as number) < (b as number))

const functions: Readonly<Record<string, (x: Plain, y: Plain) => Plain>> = {
  size: (x) => items(x).length,
  upper: (x) => String(x).toUpperCase(),
  trim: (x) => String(x).trim(),
  string: String,
  abs: (x) => whole(Math.abs(x as number)),
  first: (x, n) =>
    n === null
      ? (items(x)[0] ?? null)
      : items(x)
          .slice(0, n as number)
          .join(''),
  last: (x) => items(x).at(-1) ?? null,
  at: (x, n) => items(x)[n as number] ?? null,
  startsWith: (x, y) => String(x).startsWith(String(y)),
  endsWith: (x, y) => String(x).endsWith(String(y)),
  contains: (x, y) => String(x).includes(String(y)),
  min: (x) => items(x).toSorted(order)[0] ?? null,
  max: (x) => items(x).toSorted(order).at(-1) ?? null,
  sort: (x) => items(x).toSorted(order),
  distinct: (x) => items(x).filter((one, at, all) => all.indexOf(one) === at),
  join: (x, y) => items(x).join(String(y)),
}

function macro(name: string, list: Plain, of: (item: Plain) => Plain): Plain {
  if (list === null) return null
  const all = items(list)
  switch (name) {
    case 'map':
      return all.map(of)
    case 'filter':
      return all.filter((item) => of(item) === true)
    case 'exists':
      return all.some((item) => of(item) === true)
    case 'all':
      return all.every((item) => of(item) === true)
    case 'exists_one':
      return all.filter((item) => of(item) === true).length === 1
    default:
      // Each has its key made, also where there is nothing to be compared with.
      return all
        .map((one) => [one, of(one)] as const)
        .toSorted(([, a], [, b]) => order(a, b))
        .map(([one]) => one)
  }
}
