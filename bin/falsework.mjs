#!/usr/bin/env node
// From the package: the built program. From the repository: the sources, with the Node that it pins.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const source = fileURLToPath(new URL('../src/cli/process.ts', import.meta.url))
if (!existsSync(source)) {
  await import('../dist/cli/process.js')
} else if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import('../src/cli/process.ts')
} else {
  const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))
  const node = existsSync(pinned) ? pinned : process.execPath
  const child = spawn(node, [source, ...process.argv.slice(2)], { stdio: 'inherit' })
  // Ctrl-C reaches the child through the terminal; what is sent to this process alone is passed on.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code) => process.exit(code ?? 130))
}
