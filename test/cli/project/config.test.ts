import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { falsework } from '../in-process.ts'

const emptyFolder = (): string => mkdtempSync(join(tmpdir(), 'config-'))

function projectOf(text: string | Buffer): string {
  const folder = emptyFolder()
  writeFileSync(join(folder, 'falsework.yaml'), text)
  return folder
}

describe('falsework config view', () => {
  const project = projectOf(
    'kafka:\n  brokers: [a:1, b:2]\nkeys: {address: "${env:ADDRESS}"}\nsources: {erp: {kind: postgres, connector: c.json, schemas: [a, b]}}\n',
  )
  const environment = { FALSEWORK_HTTP_PORT: '0', ADDRESS: 'hunter2' }

  it('prints every setting, and of secrets only the reference', async () => {
    const { code, out } = await falsework(['config', 'view'], { folder: project, environment })
    expect(out).toMatch(/^kafka\.brokers +a:1, b:2$/m)
    expect(out).toMatch(/^topics\.rawPrefix +-$/m)
    expect(out).toMatch(/^sources\.erp\.schemas +a, b$/m)
    expect(out).toMatch(/^sources\.erp\.rows\.exclude +-$/m)
    expect(out).toMatch(/^keys\.address +\$\{env:ADDRESS\}$/m)
    expect(out).not.toContain('hunter2')
    expect(code).toBe(0)
  })

  it('says where each came from', async () => {
    const { out } = await falsework(['config', 'view', '--show-origin'], { folder: project, environment })
    expect(out).toMatch(/^kafka\.brokers +a:1, b:2 +falsework\.yaml:2:12$/m)
    expect(out).toMatch(/^keys\.address +\S+ +falsework\.yaml:3:17$/m)
    expect(out).toMatch(/^sources\.erp\.connector +c\.json +falsework\.yaml$/m)
    expect(out).toMatch(/^http\.port +0 +FALSEWORK_HTTP_PORT$/m)
    expect(out).toMatch(/^http\.host +127\.0\.0\.1 +default$/m)
  })
})

describe('a project file that cannot be read', () => {
  const endless = emptyFolder()
  symlinkSync('/dev/zero', join(endless, 'falsework.yaml'))
  const folder = emptyFolder()
  mkdirSync(join(folder, 'falsework.yaml'))

  it.each([
    ['has mistakes', projectOf('kafka: {brokers: []}\n'), 'error CONFIG_INVALID: falsework.yaml:1:18 kafka.brokers:'],
    ['is no YAML', projectOf('{'), 'error CONFIG_INVALID: falsework.yaml:1:2'],
    [
      'is not UTF-8',
      projectOf(Buffer.from([0x61, 0xff])),
      'error PROJECT_FILE: falsework.yaml cannot be read: it is not',
    ],
    ['is a folder', folder, 'error PROJECT_FILE: falsework.yaml is no file'],
    ['never ends', endless, 'error PROJECT_FILE: falsework.yaml is no file'],
  ])('because it %s ends a command with 1', async (_, project, message) => {
    const { code, err } = await falsework(['validate'], { folder: project })
    expect(err).toContain(message)
    expect(code).toBe(1)
  })
})

describe('falsework explain', () => {
  it('explains a key once that several forms of an object have', async () => {
    const { out } = await falsework(['explain', 'when'], { folder: emptyFolder() })
    expect(out.match(/^rules\[\]\.publish\[\]\.when$/gm)).toHaveLength(1)
  })

  it('answers without a project', async () => {
    const { code, out } = await falsework(['explain', 'http.port'], { folder: emptyFolder() })
    expect(out).toBe(
      [
        'http.port',
        '  Port of the same; 0 takes a free one and logs it.',
        '  file         falsework.yaml',
        '  expected     a whole number from 0 to 65535',
        '  default      8686',
        '  environment  FALSEWORK_HTTP_PORT',
        '',
      ].join('\n'),
    )
    expect(code).toBe(0)
  })

  it('gives JSON', async () => {
    const { out } = await falsework(['explain', 'TX_GAP', '-o', 'json'], { folder: emptyFolder() })
    expect(JSON.parse(out)).toMatchObject({ kind: 'Explanations', items: [{ code: 'TX_GAP' }] })
  })

  it('shows how a function is called, and what it gives', async () => {
    const { out } = await falsework(['explain', 'scaled'], { folder: emptyFolder() })
    expect(out).toBe(
      [
        'scaled(x: int | long, scale: constant int) → decimal of that scale',
        '  A whole number of smallest units as a decimal: scaled(4990, 2) is 49.90.',
        '  example      scaled(4990, 2) → "49.90"',
        '  example      scaled(5, 2) → "0.05"',
        '',
      ].join('\n'),
    )
  })

  it('says no to what it does not know', async () => {
    const { code, err } = await falsework(['explain', 'TX_GAB'], { folder: emptyFolder() })
    expect(err).toContain(
      'error UNKNOWN_NAME: there is no key, code, function, condition or class \'TX_GAB\'; did you mean "TX_GAP"?',
    )
    expect(code).toBe(1)
  })
})
