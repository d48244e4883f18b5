/** `falsework migrate status` and `history` of one scope: what concerns it, and nothing of the others. */
import { describe, expect, it } from 'vitest'
import { benchProject, fillRawLog, type Installation, installation, names } from '../../app/bench-project.ts'
import { say, scoped } from '../../app/translate/said-stages.ts'
import { falsework, type Ran } from '../in-process.ts'

const mapping = 'order-changed'
const legacy = { owner: 'legacy', epoch: 1 } as const

async function registered(edit: (text: string) => string = scoped): Promise<Installation> {
  const bench = installation()
  await fillRawLog(bench, 0, 1)
  await bench.register(await benchProject(edit))
  return bench
}

/** All is in parity; scope 3 has been set apart, and all was led on without it. */
async function divided(): Promise<Installation> {
  const bench = await registered()
  await say(bench, { to: 'parity', epoch: 1, seen: legacy })
  await say(bench, { to: 'native', epoch: 2, seen: legacy, scope: '3' })
  await say(bench, { to: 'native', epoch: 2, seen: legacy })
  return bench
}

const migrate = async ({ kafka }: Installation, ...parameters: string[]): Promise<Ran> =>
  await falsework(['migrate', ...parameters], { ports: () => ({ kafka }) })

interface Told {
  readonly items: readonly { readonly scope: string | null; readonly stage?: string; readonly to?: string }[]
}

const told = async (bench: Installation, ...parameters: string[]): Promise<Told['items']> => {
  const { out } = await migrate(bench, ...parameters, '-o', 'json')
  return (JSON.parse(out) as Told).items
}

function setAside({ kafka }: Installation, id: string, scopes: readonly (string | null)[]): void {
  const place = { file: 'mappings/order-changed.yaml', line: 9, column: 3 }
  const failure = { class: 'violation', at: 'changed', place, scopes }
  const letter = { source: 'bench', mapping, rule: 'changed', transaction: '1', raw: { from: 0, to: 1 }, failure }
  kafka.cluster.append(names.deadLetters, {
    partition: 0,
    key: Buffer.from(id),
    value: Buffer.from(JSON.stringify(letter)),
  })
}

describe('falsework migrate status --scope', () => {
  it('shows that scope alone', async () => {
    const { code, out } = await migrate(await divided(), 'status', mapping, '--scope', '3')
    expect(code).toBe(0)
    expect(out).toMatch(/^SCOPE .*\n3 +parity \(under way\) +legacy +1 .*\n$/)
  })

  it('shows one that was never set apart as all of it stands', async () => {
    const [seven] = await told(await divided(), 'status', mapping, '--scope', '7')
    expect(seven).toMatchObject({ scope: '7', stage: 'parity', underWay: true })
  })

  it('warns of changes behind the fence of that scope, and not of those of others', async () => {
    const bench = await divided()
    setAside(bench, 'a', ['3'])
    setAside(bench, 'b', ['7'])
    setAside(bench, 'c', ['7', '3'])
    expect((await migrate(bench, 'status', mapping, '--scope', '3')).err).toContain('2 changes behind the fence')
    expect((await migrate(bench, 'status', mapping, '--scope', '9')).err).not.toContain('behind the fence')
  })
})

describe('falsework migrate history --scope', () => {
  it('has the words about that scope, and those of all that have moved it', async () => {
    const bench = await divided()
    const of = async (...scope: string[]): Promise<readonly string[]> =>
      (await told(bench, 'history', mapping, ...scope)).map(({ scope: about, to }) => `${about ?? 'all'} ${to ?? ''}`)
    expect(await of('--scope', '3')).toEqual(['all parity', '3 native'])
    expect(await of('--scope', '7')).toEqual(['all parity', 'all native'])
    expect(await of()).toEqual(['all parity', '3 native', 'all native'])
  })

  it('says of one of which nothing was said that it is where the mapping was registered into', async () => {
    const { err } = await migrate(await registered(), 'history', mapping, '--scope', '3')
    expect(err).toContain('nothing was said of the stages of order-changed, scope 3')
  })
})

describe.each(['status', 'history'])('falsework migrate %s --scope', (command) => {
  it('is refused for a scope that the mapping cannot have', async () => {
    const { code, err } = await migrate(await registered(), command, mapping, '--scope', 'north')
    expect([code, err]).toEqual([64, expect.stringContaining("'north' is no value of public.orders.store_no")])
  })

  it('is refused for a mapping that declares none', async () => {
    const { code, err } = await migrate(await registered((text) => text), command, mapping, '--scope', '3')
    expect([code, err]).toEqual([64, expect.stringContaining('declares no scope')])
  })
})
