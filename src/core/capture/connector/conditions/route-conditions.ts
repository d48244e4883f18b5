/** The transforms of the connector: everything into one log, between whose transactions offsets stand; nothing foreign. */
import type { Asked, ConnectorSettings } from '../capture-findings.ts'
import { type Condition, type Judgement, ok, ofConnector, type Violation, violated, violatedBy } from '../condition.ts'
import { isReference, namesIn } from '../settings/setting-value.ts'

const routerType = 'org.apache.kafka.connect.transforms.RegexRouter'
export const boundaryOffsetsType = 'falsework.connect.BoundaryOffsets'
const columnFormsType = 'falsework.connect.ColumnForms'
const knownTypes: ReadonlySet<string> = new Set([routerType, boundaryOffsetsType, columnFormsType])

interface Transform {
  readonly name: string
  readonly type: string
  readonly option: (name: string) => string | undefined
}

export const routeConditions: readonly Condition[] = [
  {
    code: 'connector-route',
    what: 'one RegexRouter routes everything to the raw log',
    why: 'everything must arrive in one log, in commit order',
    remedy: `route \`.*\` to the raw log with one ${routerType}`,
    weight: 'loses',
    judge: ofConnector((settings, { rawLogTopic }) => {
      const routers = transformsOf(settings).filter(({ type }) => type === routerType)
      const [router] = routers
      if (router === undefined || routers.length > 1) {
        return violated(`${routers.length} routers, expected one`, { setting: 'transforms' })
      }
      return violatedBy(wrongRoute(router, rawLogTopic))
    }),
  },
  {
    code: 'connector-boundary-offsets',
    what: 'the connector commits only offsets between source transactions',
    why: 'with the offsets of Debezium a restart can lose rows silently',
    remedy: `copy the plugin with \`falsework connector plugin DIR\` to Connect's plugin path, add it to transforms: "boundary,columns,route", with "transforms.boundary.type": "${boundaryOffsetsType}"`,
    weight: 'risks',
    judge: ofConnector((settings) => oneOfType(settings, boundaryOffsetsType)),
  },
  {
    code: 'connector-column-forms',
    what: 'the connector says with each row in which forms its columns are written',
    why: 'the numbers of a column that was retyped after the catalog was pulled can be read as other values, silently',
    remedy: `copy the plugin with \`falsework connector plugin DIR\` to Connect's plugin path, add it to transforms: "boundary,columns,route", with "transforms.columns.type": "${columnFormsType}"`,
    weight: 'risks',
    judge: ofConnector((settings) => oneOfType(settings, columnFormsType)),
  },
  {
    code: 'connector-transforms',
    what: 'no other transform handles the records, and none only some of them',
    why: 'a transform can drop, alter or reorder changes, and nothing shows it',
    remedy: 'remove it from transforms in the connector file and run `falsework connector apply`',
    weight: 'loses',
    judge: ofConnector((settings) => violatedBy(transformsOf(settings).flatMap(foreignTransform))),
  },
]

function oneOfType(settings: ConnectorSettings, wanted: string): Judgement {
  const present = transformsOf(settings).filter(({ type }) => type === wanted).length
  if (present === 1) return ok
  return violated(`${present} transforms of type ${wanted}, expected one`, { setting: 'transforms' })
}

function transformsOf(settings: ConnectorSettings): readonly Transform[] {
  return namesIn(settings['transforms']).map((name) => ({
    name,
    type: settings[`transforms.${name}.type`]?.trim() ?? '(no type)',
    option: (option) => settings[`transforms.${name}.${option}`],
  }))
}

function wrongRoute({ name, option }: Transform, topic: Asked<string>): readonly Violation[] {
  const regex = option('regex')
  if (regex !== '.*') {
    const setting = `transforms.${name}.regex`
    return [{ found: `transform ${name} routes ${regex ?? 'nothing'}, not .*`, setting }]
  }
  const target = option('replacement') ?? '(nowhere)'
  if (topic.kind === 'notAsked' || isReference(target) || target === topic.value) return []
  const setting = `transforms.${name}.replacement`
  return [{ found: `transform ${name} routes to ${target}, not to ${topic.value}`, setting }]
}

function foreignTransform({ name, type, option }: Transform): readonly Violation[] {
  if (!knownTypes.has(type)) {
    return [{ found: `transform ${name} is ${type}`, setting: `transforms.${name}.type` }]
  }
  if (option('predicate') === undefined) return []
  return [{ found: `transform ${name} has a predicate`, setting: `transforms.${name}.predicate` }]
}
