/** MariaDB with a data folder of its own: row binlog with full images and GTIDs, as capture needs it. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Child } from '../child.ts'
import { accepts, type StackContext } from '../stack-context.ts'
import type { MariadbServer } from './mariadb-server.ts'

export const mariadbUser = 'falsework'
/** Of a server that listens on the loopback address and holds nothing but the demo. */
export const mariadbPassword = 'falsework'

/** `more`: options beside the usual ones. */
export function mariadb(
  { ports, stateFolder, book }: StackContext,
  server: MariadbServer,
  more: readonly string[],
): Child {
  const data = join(stateFolder, 'mariadb')
  const environment = server.libraries === null ? {} : { LD_LIBRARY_PATH: server.libraries }
  const common = [
    '--no-defaults',
    `--datadir=${data}`,
    `--lc-messages-dir=${server.share}`,
    `--character-sets-dir=${join(server.share, 'charsets')}`,
    // Said so, it runs as root, too: the server may stand where no other user can reach it.
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
  ]
  return new Child(
    {
      name: 'mariadb',
      command: server.binary,
      arguments: [
        ...common,
        '--bind-address=127.0.0.1',
        `--port=${ports.mariadb}`,
        // Relative to the data folder: paths of sockets may not be long.
        '--socket=mariadb.sock',
        ...serverSettings,
        ...more,
      ],
      environment,
      folder: stateFolder,
      logFile: join(stateFolder, 'logs', 'mariadb.log'),
      prepare: () => {
        if (existsSync(join(data, 'mysql'))) return
        mkdirSync(data, { recursive: true })
        execFileSync(server.binary, [...common, '--bootstrap'], {
          input: systemTables(server),
          env: { ...process.env, ...environment },
          stdio: ['pipe', 'ignore', 'pipe'],
        })
      },
      ready: async () => await accepts(ports.mariadb),
      readyWithinMs: 30_000,
    },
    book,
  )
}

const serverSettings = [
  '--server-id=1',
  '--log-bin=binlog',
  '--binlog-format=ROW',
  '--binlog-row-image=FULL',
  '--binlog-row-metadata=FULL',
  '--gtid-strict-mode=ON',
  '--character-set-server=utf8mb4',
  '--innodb-buffer-pool-size=64M',
  '--max-connections=200',
  // A demo and its tests: a crash of the machine may lose them, a crash of the server may not.
  '--innodb-flush-log-at-trx-commit=2',
  '--sync-binlog=0',
]

/** What `mariadb-install-db` runs, and a user with all rights. One statement a line, as `--bootstrap` wants it. */
function systemTables({ share }: MariadbServer): string {
  const scripts = ['mysql_system_tables.sql', 'mysql_performance_tables.sql', 'mysql_system_tables_data.sql']
  return [
    'CREATE DATABASE mysql;',
    'USE mysql;',
    'SET @auth_root_socket=NULL;',
    ...scripts.map((name) => readFileSync(join(share, name), 'utf8')),
    'FLUSH PRIVILEGES;',
    `CREATE USER '${mariadbUser}'@'127.0.0.1' IDENTIFIED BY '${mariadbPassword}';`,
    `GRANT ALL ON *.* TO '${mariadbUser}'@'127.0.0.1' WITH GRANT OPTION;`,
    '',
  ].join('\n')
}
