/** What the process does with its streams. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { colourOf } from '../../src/cli/process/colour.ts'
import { cacheFolder } from '../../src/cli/process/compiled-code.ts'
import type { Environment } from '../../src/wiring.ts'
import { repository } from './in-process.ts'

describe('the process', () => {
  it('ends without a word when nobody reads its answer any more', async () => {
    const child = spawn(process.execPath, [join(repository, 'src/cli/process.ts'), 'explain', 'kafka'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.destroy()
    let errors = ''
    child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()))
    await new Promise((resolve) => child.once('close', resolve))
    expect(errors).toBe('')
  })

  it('keeps compiled code in the cache folder of the user, and nothing in the project', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'compiled-'))
    const child = spawn(process.execPath, [join(repository, 'src/cli/process.ts'), 'explain', 'kafka'], {
      cwd: mkdtempSync(join(tmpdir(), 'elsewhere-')),
      env: { PATH: process.env['PATH'], XDG_CACHE_HOME: folder },
      stdio: 'ignore',
    })
    await new Promise((resolve) => child.once('close', resolve))
    expect(readdirSync(join(folder, 'falsework', 'compiled')).length).toBeGreaterThan(0)
  })

  it.each<[NodeJS.Platform, Readonly<Record<string, string>>, string | null, string | null]>([
    ['linux', {}, '/home/ana', '/home/ana/.cache/falsework/compiled'],
    ['linux', { XDG_CACHE_HOME: '/fast' }, '/home/ana', '/fast/falsework/compiled'],
    ['linux', { XDG_CACHE_HOME: 'relative' }, '/home/ana', '/home/ana/.cache/falsework/compiled'],
    ['darwin', {}, '/Users/ana', '/Users/ana/Library/Caches/falsework/compiled'],
    ['linux', {}, null, null],
    ['win32', {}, '/home/ana', null],
  ])('on %s with %j and the home %s keeps it in %s', (platform, environment, home, folder) => {
    expect(cacheFolder({ platform, environment, home })).toBe(folder)
  })

  it.each<[string, string[], Environment, 'terminal' | 'pipe', 'on' | 'off']>([
    ['nothing', [], {}, 'terminal', 'on'],
    ['nothing', [], {}, 'pipe', 'off'],
    ['TERM=dumb', [], { TERM: 'dumb' }, 'terminal', 'off'],
    ['NO_COLOR', [], { NO_COLOR: '1', FORCE_COLOR: '1' }, 'terminal', 'off'],
    ['an empty NO_COLOR', [], { NO_COLOR: '' }, 'terminal', 'on'],
    ['FORCE_COLOR', [], { FORCE_COLOR: '1' }, 'pipe', 'on'],
    ['FORCE_COLOR=0', [], { FORCE_COLOR: '0' }, 'terminal', 'off'],
    ['--no-color', ['test', '--no-color'], { FORCE_COLOR: '1' }, 'terminal', 'off'],
  ])('with %s has colour as it should', (...[, parameters, environment, stream, colour]) => {
    expect(colourOf(parameters, environment, { isTTY: stream === 'terminal' })).toBe(colour)
  })
})
