/** What the people and robots of a GitLab do, in an order that a seed decides, and what is to be published for it. */
import { Random } from '../../../demo/old-application/plan/random.ts'
import { addMember, addUser, changeMember, changeUser } from './people.ts'
import { addGroup, addLabel, addProject, changeGroup, changeProject, classify } from './places.ts'
import { Draft, type PlannedTransaction } from './transaction.ts'
import { advanceBuild, advanceRequest, changeIssue, openIssue, openRequest, record, relabel } from './work.ts'
import { World } from './world.ts'

type Action = (world: World) => Draft

const often = [openIssue, relabel, changeIssue, changeIssue, advanceBuild, advanceBuild, advanceBuild, advanceRequest]
const people = [addUser, changeUser, addMember, changeMember, changeMember]
const places = [addGroup, changeGroup, addLabel, addProject, changeProject, changeProject, changeProject, classify]
const actions: readonly Action[] = [...often, ...often, ...people, ...places, openRequest, record]

/** The same seed gives the same transactions: one with rows that nothing is published for, and `count` others. */
export function planTransactions(seed: number, count: number): readonly PlannedTransaction[] {
  const world = new World(new Random(seed))
  return [opening(world), ...Array.from({ length: count }, () => nextTransaction(world))]
}

function opening(world: World): PlannedTransaction {
  const stamps = { created_at: world.instant, updated_at: world.instant }
  const draft = new Draft().insert('organizations', { id: 1, name: 'Acme', path: 'acme', ...stamps })
  for (const [type, name] of ['Issue', 'Incident'].entries()) {
    draft.insert('work_item_types', { id: type + 1, base_type: type, name, ...stamps })
  }
  return { statements: draft.statements, events: [], ending: 'commit' }
}

function nextTransaction(world: World): PlannedTransaction {
  world.wait()
  const needed = missing(world)
  if (needed === null && world.random.chance(0.05)) return regretted(world)
  const action = needed ?? actions[world.random.integer(0, actions.length - 1)] ?? openIssue
  const { statements, events } = action(world)
  return { statements, events, ending: 'commit' }
}

/** What everything else hangs on comes first. */
function missing({ users, groups, labels, projects }: World): Action | null {
  if (users.size < 3) return addUser
  if (groups.size < 3) return addGroup
  if (labels.size < 5) return addLabel
  return projects.size < 3 ? addProject : null
}

/** Rolled back: nothing of it is ever seen. */
function regretted(world: World): PlannedTransaction {
  const [id] = world.any(world.users)
  return {
    statements: new Draft().update('users', { id }, { state: 'banned' }).statements,
    events: [],
    ending: 'rollback',
  }
}
