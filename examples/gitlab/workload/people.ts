/** Users and memberships. */
import { Draft } from './transaction.ts'
import type { World } from './world.ts'

const topic = 'people.v1'
const levels: Readonly<Record<number, string>> = { 10: 'GUEST', 30: 'DEVELOPER', 40: 'MAINTAINER', 50: 'OWNER' }

export function addUser(world: World): Draft {
  const id = world.id()
  const isBot = world.random.chance(0.2)
  world.users.set(id, { state: 'active' })
  const row = {
    id,
    email: `u${id}@example.org`,
    name: `User ${id}`,
    username: `u${id}`,
    admin: false,
    projects_limit: 9,
  }
  return new Draft()
    .insert('users', { ...row, state: 'active', user_type: isBot ? 6 : 0, ...world.stamps() })
    .expect(topic, 'UserRegistered', id, { userType: isBot ? 'PROJECT_BOT' : 'HUMAN', registeredAt: world.instant })
}

export function changeUser(world: World): Draft {
  const [id, user] = world.any(world.users)
  const draft = new Draft()
  if (world.random.chance(0.4))
    return draft.update('users', { id }, { last_activity_on: world.today, sign_in_count: id })
  if (world.random.chance(0.2) && world.users.size > 5) return removeUser(world, id)
  const state = user.state === 'active' ? world.random.pick(['blocked', 'banned', 'deactivated']) : 'active'
  const fields = { previousState: user.state.toUpperCase(), state: state.toUpperCase(), changedAt: world.instant }
  user.state = state
  draft.update('users', { id }, { state, updated_at: world.now })
  return draft.expect(topic, 'UserStateChanged', id, fields)
}

/** Memberships go with their user, by a cascade. */
function removeUser(world: World, id: number): Draft {
  const lastState = world.users.get(id)?.state.toUpperCase()
  world.users.delete(id)
  const draft = new Draft().delete('users', id).expect(topic, 'UserRemoved', id, { lastState })
  for (const [member, { user }] of world.members) {
    if (user !== id) continue
    world.members.delete(member)
    draft.expect('members.v1', 'MemberRemoved', member, { userId: String(id) })
  }
  return draft
}

export function addMember(world: World): Draft {
  const id = world.id()
  const [user] = world.any(world.users)
  const level = world.random.pick([10, 30, 40, 50])
  const [groupId, group] = world.any(world.groups)
  const project = world.random.chance(0.5) ? world.any(world.projects)[1] : null
  if (project === null) group.used = true
  world.members.set(id, { user, source: project, level })
  const source = project === null ? [groupId, 'Namespace', groupId] : [project.id, 'Project', project.own]
  const [source_id, source_type, member_namespace_id] = source
  const row = { id, access_level: level, source_id, source_type, member_namespace_id, user_id: user }
  return new Draft()
    .insert('members', { ...row, notification_level: 3, ...world.stamps() })
    .expect('members.v1', 'MemberAdded', id, {
      userId: String(user),
      source: project === null ? 'GROUP' : 'PROJECT',
      sourcePath: project?.path ?? group.path,
      accessLevel: levels[level],
    })
}

export function changeMember(world: World): Draft {
  if (world.members.size === 0) return addMember(world)
  const [id, member] = world.any(world.members)
  if (world.random.chance(0.3)) {
    world.members.delete(id)
    return new Draft().delete('members', id).expect('members.v1', 'MemberRemoved', id, { userId: String(member.user) })
  }
  const level = world.random.pick([10, 30, 40, 50])
  const draft = new Draft().update('members', { id }, { access_level: level, updated_at: world.now })
  if (level === member.level) return draft
  const fields = { previousAccessLevel: levels[member.level], accessLevel: levels[level], raised: level > member.level }
  member.level = level
  return draft.expect('members.v1', 'MemberAccessChanged', id, fields)
}
