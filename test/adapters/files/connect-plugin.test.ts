import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { copyConnectPlugin } from '../../../src/adapters/files/connect-plugin.ts'

describe('the plugin for Kafka Connect', () => {
  let root: string
  let plugins: string
  const packageRoot = (): URL => pathToFileURL(`${root}/`)
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'package-'))
    plugins = await mkdtemp(join(tmpdir(), 'plugins-'))
    await mkdir(join(root, 'connect-plugin', 'target'), { recursive: true })
  })
  afterEach(async () => {
    await rm(root, { recursive: true })
    await rm(plugins, { recursive: true })
  })
  const build = async (text: string) =>
    await writeFile(join(root, 'connect-plugin', 'target', 'falsework-connect.jar'), text)

  it('is copied into a folder of its own, in place of an older one', async () => {
    await build('old')
    await copyConnectPlugin(packageRoot(), plugins)
    await build('new')
    const jar = await copyConnectPlugin(packageRoot(), plugins)
    expect(jar).toBe(join(plugins, 'falsework-connect', 'falsework-connect.jar'))
    expect(await readFile(jar, 'utf8')).toBe('new')
  })

  it('is not copied where it was not built, or into a folder that is not there', async () => {
    const refused = { code: 'PLUGIN_NOT_COPIED' }
    await expect(copyConnectPlugin(packageRoot(), plugins)).rejects.toMatchObject(refused)
    await build('jar')
    await expect(copyConnectPlugin(packageRoot(), join(plugins, 'none'))).rejects.toMatchObject(refused)
    await writeFile(join(plugins, 'falsework-connect'), 'a file in its way')
    await expect(copyConnectPlugin(packageRoot(), plugins)).rejects.toMatchObject(refused)
  })
})
