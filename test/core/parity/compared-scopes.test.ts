import { describe, expect, it } from 'vitest'
import type { OwnedScope } from '../../../src/core/migration/ownership-record.ts'
import type { ScopeStage } from '../../../src/core/migration/scope-stages.ts'
import type { Scope, Stage } from '../../../src/core/migration/stage.ts'
import { comparedScopes, type Standing } from '../../../src/core/parity/compared-scopes.ts'

const mapping = 'orders'

const stage = (name: Stage, open: ScopeStage['open'] = null): ScopeStage => ({ stage: name, epoch: 1, open })
const handover: ScopeStage['open'] = { kind: 'handover', epoch: 2, isCancelled: false }

const owned = (scope: Scope, owner: OwnedScope['owner'], epoch: number): OwnedScope => ({
  ...{ mapping, scope, owner, epoch },
  position: null,
})

interface Case {
  readonly name: string
  readonly scopes: readonly (readonly [Scope, ScopeStage])[]
  readonly owners?: readonly OwnedScope[]
  readonly isDivisible?: boolean
  /** Of events that say scope `3`, another one, and none. */
  readonly standings: readonly [Standing, Standing, Standing]
}

const cases: readonly Case[] = [
  {
    name: 'all that is in parity is compared, also what says no scope',
    scopes: [[null, stage('parity')]],
    standings: ['compared', 'compared', 'compared'],
  },
  {
    name: 'of scopes in parity and others, what says none cannot be placed',
    scopes: [['3', stage('parity')]],
    standings: ['compared', 'passed over', 'unknown'],
  },
  {
    name: 'a scope is compared while its handover is under way',
    scopes: [
      [null, stage('parity')],
      ['3', stage('parity', handover)],
    ],
    standings: ['compared', 'compared', 'compared'],
  },
  {
    name: 'a scope that is handed over is passed over',
    scopes: [
      [null, stage('parity')],
      ['3', stage('parity', handover)],
    ],
    owners: [owned('3', 'native', 2)],
    standings: ['passed over', 'compared', 'unknown'],
  },
  {
    name: 'a handover that the source has kept leaves it compared',
    scopes: [
      [null, stage('parity')],
      ['3', stage('parity', handover)],
    ],
    owners: [owned('3', 'legacy', 3)],
    standings: ['compared', 'compared', 'compared'],
  },
  {
    name: 'a handover that is known before the word that asked for it counts',
    scopes: [[null, stage('parity')]],
    owners: [owned('3', 'native', 2)],
    standings: ['passed over', 'compared', 'compared'],
  },
  {
    name: 'where nothing is in parity any more, nothing is compared',
    scopes: [[null, stage('parity', handover)]],
    owners: [owned(null, 'native', 2)],
    standings: ['passed over', 'passed over', 'passed over'],
  },
  {
    name: 'of a mapping without scopes, what events say of one is not asked',
    scopes: [[null, stage('parity')]],
    isDivisible: false,
    standings: ['compared', 'compared', 'compared'],
  },
]

describe('what is compared of a mapping', () => {
  it.each(cases)('$name', ({ scopes, owners = [], isDivisible = true, standings }) => {
    const staging = { registered: 'live', scopes: new Map(scopes), words: [], topics: new Set<string>() } as const
    const standingOf = comparedScopes({ mapping, isDivisible, staging }, owners)
    expect(['3', '7', null].map((said) => standingOf(said))).toEqual(standings)
  })
})
