/** What a second terminal needs to ask the installation that runs in the first one. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

type Environment = Readonly<Record<string, string>>

/** To be read with `.` by a POSIX shell; passwords are in it. Gives the path. */
export function writeEnvironment(folder: string, environment: Environment): string {
  const path = join(folder, 'environment.sh')
  const lines = Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}\n`)
  writeFileSync(path, lines.join(''), { mode: 0o600 })
  return path
}

const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`

/** Where the servers listen, without passwords. */
export function addressLines(environment: Environment): readonly string[] {
  const of = (name: string): string => environment[`FALSEWORK_${name}`] ?? ''
  const database = (source: string): string => `${of(`${source}_USER`)}@${of(`${source}_HOST`)}:${of(`${source}_PORT`)}`
  return [
    `Kafka ${of('KAFKA_BROKERS')} · registry ${of('REGISTRY_URL')} · Connect ${of('CONNECT_URL')}`,
    `PostgreSQL ${database('SHOP')}/${of('SHOP_DATABASE')}${of('CRM_HOST') === '' ? '' : ` · MariaDB ${database('CRM')}`}`,
    `daemon ${of('DAEMON_URL')}/status`,
  ]
}
