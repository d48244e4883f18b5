/** What a shell offers at each place of a command line. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shellScripts } from '../../src/cli/completion/shell-scripts.ts'
import { falsework, repository } from './in-process.ts'

async function offered(folder: string, ...words: string[]): Promise<string[]> {
  const { code, out, err } = await falsework(['completion', 'words', '--', ...words], { folder })
  expect([code, err]).toEqual([0, ''])
  return out.split('\n').slice(0, -1)
}

describe('falsework completion', () => {
  it.each([
    ['commands', ['te'], ['test']],
    ['commands of a command', ['connector', 're'], ['restart', 'resume']],
    ['options', ['test', '--co'], ['--coverage']],
    ['options that every command has', ['status', '--no'], ['--no-color']],
    ['values of an option', ['validate', '-o', 'j'], ['json', 'jsonl']],
    ['nothing for a value that is free', ['register', '--timeout', ''], []],
    ['names of mappings', ['test', 'order-'], ['order-lifecycle', 'order-placed']],
    ['another name', ['test', 'account', 'order-p'], ['order-placed']],
    ['names of sources', ['catalog', 'diff', ''], ['crm', 'shop']],
    ['names of events', ['tail', 'OrderPl'], ['OrderPlaced.v1']],
    ['shells', ['completion', ''], ['bash', 'fish', 'zsh']],
    ['nothing behind a command that takes nothing', ['version', ''], []],
  ])('offers %s', async (_what, words, expected) => {
    expect(await offered(repository, ...words)).toEqual(expected)
  })

  it('offers commands, and no names, where there is no project', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-project-'))
    expect(await offered(folder, 'test', '')).toEqual([])
    expect(await offered(folder, 'vali')).toEqual(['validate'])
  })

  it.each(['bash', 'zsh', 'fish'] as const)('prints the script for %s', async (shell) => {
    const { code, out } = await falsework(['completion', shell])
    expect([code, out]).toEqual([0, shellScripts[shell]])
    expect((await falsework(['completion', 'tcsh'])).code).toBe(64)
  })

  it('asks, in bash, with the words before the cursor', () => {
    const folder = mkdtempSync(join(tmpdir(), 'completion-'))
    writeFileSync(join(folder, 'falsework'), '#!/bin/sh\nfor word; do echo "$word"; done\n')
    chmodSync(join(folder, 'falsework'), 0o755)
    const script = `${shellScripts.bash}\nCOMP_WORDS=(falsework test 'order one' behind); COMP_CWORD=2; _falsework; printf '%s|' "\${COMPREPLY[@]}"`
    const { stdout } = spawnSync('bash', ['-c', script], {
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
      encoding: 'utf8',
    })
    expect(stdout).toBe('completion|words|--|test|order one|')
  })
})

describe('falsework version', () => {
  it('says the same as --version, and which Node it runs on', async () => {
    const { out } = await falsework(['version', '-o', 'json'])
    const version = (await falsework(['--version'])).out.trim()
    expect(JSON.parse(out)).toMatchObject({ kind: 'Versions', items: [{ version, node: process.versions.node }] })
  })
})
