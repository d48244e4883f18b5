// Runs a TypeScript program of the repository with the Node that it pins, after installing what is missing.
// Plain JavaScript without dependencies: this is what runs on a fresh clone, on Node 18 or newer.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const installed = join(root, 'node_modules', '.package-lock.json')
const lock = join(root, 'package-lock.json')
const pinnedNode = join(root, 'node_modules', 'node', 'bin', 'node')

if (Number(process.versions.node.split('.')[0]) < 18) {
  process.stderr.write(`falsework: Node ${process.versions.node} is too old: install Node 18 or newer\n`)
  process.exit(64)
}
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs || !existsSync(pinnedNode)) {
  process.stderr.write('falsework: installing npm packages (npm ci)\n')
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (npm.status !== 0 || !existsSync(pinnedNode)) {
    process.stderr.write('falsework: npm ci failed; its message stands above\n')
    process.exit(1)
  }
}

const [program, ...rest] = process.argv.slice(2)
if (program === undefined) {
  process.stderr.write('usage: node scripts/bootstrap.mjs PROGRAM.ts [ARGUMENT…]\n')
  process.exit(64)
}
const child = spawn(pinnedNode, ['--disable-warning=ExperimentalWarning', join(root, program), ...rest], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${dirname(pinnedNode)}:${join(root, 'node_modules', '.bin')}:${process.env.PATH}` },
})
// Ctrl-C reaches the child through the terminal; a signal sent to this process alone is passed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  })
}
child.on('exit', (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]))
