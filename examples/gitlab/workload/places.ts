/** Groups and projects, both of which have rows in `namespaces`. */
import { Draft } from './transaction.ts'
import type { Project, World } from './world.ts'

const visibilities: Readonly<Record<number, string>> = { 0: 'PRIVATE', 10: 'INTERNAL', 20: 'PUBLIC' }
const plain = { description: '', visibility_level: 20, require_two_factor_authentication: false, organization_id: 1 }

/** The way down is filled in by a second statement, as a callback of the application does. */
export function addGroup(world: World): Draft {
  const id = world.id()
  const path = `group-${id}`
  const parent = world.groups.size > 0 && world.random.chance(0.5) ? world.any(world.groups) : null
  if (parent !== null) parent[1].used = true
  const way = [...(parent?.[1].way ?? []), id]
  world.groups.set(id, { path, way, used: false })
  const row = { id, name: path, path, type: 'Group', parent_id: parent?.[0] ?? null, ...plain, ...world.stamps() }
  const fields = { parentPath: parent?.[1].path ?? null, depth: way.length, organization: 'acme' }
  return new Draft()
    .insert('namespaces', row)
    .update('namespaces', { id }, { traversal_ids: way })
    .expect('groups.v1', 'GroupCreated', id, fields)
    .expect('group-state.v1', 'GroupState', id, { path, twoFactorRequired: false })
}

export function changeGroup(world: World): Draft {
  const [id, group] = world.any(world.groups)
  const { path, used, way } = group
  const [top] = way
  if (!used && top !== undefined && top !== id) {
    group.way = [id]
    return new Draft()
      .update('namespaces', { id }, { parent_id: null, traversal_ids: [id], updated_at: world.now })
      .expect('groups.v1', 'GroupMoved', id, {
        previousParentId: String(way.at(-2)),
        parentId: null,
        ancestors: [String(id)],
      })
      .expect('group-state.v1', 'GroupState', id, { path, parentId: null })
  }
  if (!used && world.groups.size > 3) {
    world.groups.delete(id)
    return new Draft()
      .delete('namespaces', id)
      .expect('groups.v1', 'GroupRemoved', id, { path })
      .expect('group-state.v1', null, id)
  }
  const name = `Group ${world.id()}`
  const draft = new Draft().update('namespaces', { id }, { name, updated_at: world.now })
  return draft.expect('group-state.v1', 'GroupState', id, { name, path })
}

export function addLabel(world: World): Draft {
  const id = world.id()
  const [group_id, group] = world.any(world.groups)
  group.used = true
  world.labels.set(id, `label-${id}`)
  const row = { id, title: `label-${id}`, color: '#6699cc', type: 'GroupLabel', group_id, ...world.stamps() }
  return new Draft().insert('labels', row)
}

export function addProject(world: World): Draft {
  const [id, own] = [world.id(), world.id()]
  const path = `project-${id}`
  const [creator] = world.any(world.users)
  const [home, group] = world.any(world.groups)
  group.used = true
  const attributes: Project['attributes'] = new Map()
  const start = { visibility: 0, markedOn: null, claims: ['project_path', 'ref_type', 'ref'] }
  const project: Project = { id, path, own, home: group.path, ...start, attributes }
  world.projects.set(id, project)
  const row = { id, name: path, path, creator_id: creator, namespace_id: home, project_namespace_id: own }
  const draft = new Draft()
    .insert('namespaces', { id: own, name: path, path, type: 'Project', parent_id: home, ...plain, ...world.stamps() })
    .insert('projects', { ...row, organization_id: 1, description: world.text(), ...world.stamps() })
    .insert('project_ci_cd_settings', { id: world.id(), project_id: id, default_git_depth: 20 })
  const costCenter = world.random.chance(0.5) ? setAttribute(world, draft, { project, key: 'cost_center' }) : null
  const fields = { namespacePath: group.path, organization: 'acme', visibility: 'PRIVATE', creatorId: String(creator) }
  return draft.expect('projects.v1', 'ProjectCreated', id, { ...fields, costCenter, serviceTier: null })
}

/** Gives the value. */
function setAttribute(world: World, draft: Draft, at: { readonly project: Project; readonly key: string }): string {
  const { project, key } = at
  const value = `v-${world.id()}`
  const held = project.attributes.get(key)
  const id = held?.id ?? world.id()
  project.attributes.set(key, { id, value })
  const stamps = { created_at: world.instant, updated_at: world.instant }
  if (held === undefined)
    draft.insert('project_custom_attributes', { id, project_id: project.id, key, value, ...stamps })
  else draft.update('project_custom_attributes', { id }, { value, updated_at: world.instant })
  return value
}

export function classify(world: World): Draft {
  const [id, project] = world.any(world.projects)
  const draft = new Draft()
  const key = world.random.pick(['cost_center', 'service_tier', 'mascot'])
  setAttribute(world, draft, { project, key })
  const valueOf = (name: string): string | null => project.attributes.get(name)?.value ?? null
  const fields = { costCenter: valueOf('cost_center'), serviceTier: valueOf('service_tier') }
  return draft.expect('projects.v1', 'ProjectClassified', id, fields)
}

export function changeProject(world: World): Draft {
  const [id, project] = world.any(world.projects)
  const change = world.random.integer(0, 6)
  if (change === 0)
    return new Draft().update('projects', { id }, { star_count: world.id(), last_activity_at: world.now })
  if (change === 1) return claim(world, project)
  if (change === 2) return transfer(world, project)
  return change === 3 ? show(world, project) : mark(world, project)
}

function show(world: World, project: Project): Draft {
  const { id, visibility: previous } = project
  project.visibility = world.random.pick([0, 10, 20])
  const draft = new Draft().update('projects', { id }, { visibility_level: project.visibility, updated_at: world.now })
  if (project.visibility === previous) return draft
  const fields = { previousVisibility: visibilities[previous], visibility: visibilities[project.visibility] }
  return draft.expect('projects.v1', 'ProjectVisibilityChanged', id, fields)
}

function transfer(world: World, project: Project): Draft {
  const { id, own, home } = project
  const [groupId, group] = world.any(world.groups)
  const draft = new Draft()
    .update('projects', { id }, { namespace_id: groupId, updated_at: world.now })
    .update('namespaces', { id: own }, { parent_id: groupId, updated_at: world.now })
  if (group.path === home) return draft
  group.used = true
  project.home = group.path
  const fields = { previousNamespacePath: home, namespacePath: group.path }
  return draft.expect('projects.v1', 'ProjectTransferred', id, fields)
}

/** Deletion in two steps, of which the first can be taken back. */
function mark(world: World, project: Project): Draft {
  const { id, markedOn } = project
  const draft = new Draft()
  if (markedOn === null) {
    const [user] = world.any(world.users)
    project.markedOn = world.today
    draft.update('projects', { id }, { marked_for_deletion_at: world.today, marked_for_deletion_by_user_id: user })
    const fields = { markedOn: world.today, markedBy: String(user) }
    return draft.expect('projects.v1', 'ProjectMarkedForDeletion', id, fields)
  }
  if (world.projects.size > 3 && world.random.chance(0.5)) return removeProject(world, project)
  project.markedOn = null
  draft.update('projects', { id }, { marked_for_deletion_at: null, marked_for_deletion_by_user_id: null })
  return draft.expect('projects.v1', 'ProjectRestored', id, { markedOn })
}

/** Other parts are set, and more often than not set back at once: then nothing is to be seen of it. */
function claim(world: World, project: Project): Draft {
  const { id, claims: former } = project
  const claims = ['project_path', `part_${world.id()}`]
  const table = 'project_ci_cd_settings'
  const draft = new Draft().update(table, { project_id: id }, { id_token_sub_claim_components: claims })
  if (!world.random.chance(0.4))
    return draft.update(table, { project_id: id }, { id_token_sub_claim_components: former })
  project.claims = claims
  return draft.expect('projects.v1', 'ProjectTokenClaimsChanged', id, { claims })
}

/** Issues, attributes and memberships go with it, by cascades of the project and of its row in `namespaces`. */
function removeProject(world: World, project: Project): Draft {
  const { id, own, path } = project
  world.projects.delete(id)
  const draft = new Draft()
    .delete('namespaces', own)
    .expect('projects.v1', 'ProjectRemoved', id, { path, wasMarked: true })
  for (const [issue, { project: home, state }] of world.issues) {
    if (home !== project) continue
    world.issues.delete(issue)
    draft.expect('issues.v1', 'IssueRemoved', issue, { projectId: String(id), state })
  }
  for (const [member, { source, user }] of world.members) {
    if (source !== project) continue
    world.members.delete(member)
    draft.expect('members.v1', 'MemberRemoved', member, { userId: String(user) })
  }
  for (const [request, { project: home }] of world.requests) if (home === project) world.requests.delete(request)
  for (const [build, { project: home }] of world.builds) if (home === project) world.builds.delete(build)
  return draft
}
