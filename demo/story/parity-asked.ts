/** What `falsework migrate` says of a comparison, and of the gates that it answers. */
import { StackError } from '../../stack/stack-error.ts'
import { askedFalsework, type Runtime, until } from '../runtime.ts'

export const patienceMs = 240_000

/** `meanwhile`: done again and again until then. */
export async function parityPassed(
  runtime: Runtime,
  mapping: string,
  meanwhile = async () => await Promise.resolve(),
): Promise<void> {
  let closed: readonly string[] = []
  const passed = until(`parity of ${mapping} to pass`, patienceMs, async () => {
    await meanwhile()
    closed = await closedGates(runtime, mapping)
    return closed.length === 0
  })
  await passed.catch((cause: unknown) => {
    throw new StackError(`parity of ${mapping} does not pass: ${closed.join('; ')}`, { cause })
  })
}

interface Evidence {
  readonly gate: string
  readonly verdict: 'passed' | 'failed'
  readonly text: string
}

/** Those that the comparison answers; who hands over later asks for more. */
const gatesOfParity: ReadonlySet<string> = new Set([
  'lag',
  'parity',
  'days',
  'events',
  'pending',
  'partitions',
  'fenceable',
])

export const closedGates = async (runtime: Runtime, mapping: string): Promise<readonly string[]> =>
  (await evidenceOf(runtime, mapping)).flatMap(({ gate, verdict, text }) =>
    gatesOfParity.has(gate) && verdict === 'failed' ? [`${gate} (${text})`] : [],
  )

export async function evidenceOf(runtime: Runtime, mapping: string): Promise<readonly Evidence[]> {
  const output = await askedFalsework(runtime, ['migrate', 'promote', mapping, '--dry-run', '-o', 'json'])
  const { items } = JSON.parse(output) as { items: readonly { evidence: readonly Evidence[] }[] }
  return items.flatMap(({ evidence }) => evidence)
}

export async function causesOf(runtime: Runtime, mapping: string): Promise<readonly string[]> {
  const output = await askedFalsework(runtime, ['migrate', 'parity', mapping, '-o', 'json'])
  const { items } = JSON.parse(output) as { items: readonly { causes: readonly { name: string }[] }[] }
  return items.flatMap(({ causes }) => causes.map(({ name }) => name))
}
