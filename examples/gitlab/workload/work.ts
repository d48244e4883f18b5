/** Issues with their labels, merge requests, jobs and the record of what was done. */
import { Draft } from './transaction.ts'
import type { Issue, World } from './world.ts'

const issues = 'issues.v1'

/** The issue, its labels and those who should do it, in one transaction. */
export function openIssue(world: World): Draft {
  const id = world.id()
  const [projectId, project] = world.any(world.projects)
  const [author] = world.any(world.users)
  const description = world.text()
  const confidential = world.random.chance(0.2)
  const issue: Issue = { id, project, state: 'OPENED', confidential, length: description.length, links: [] }
  world.issues.set(id, issue)
  const row = { id, title: `Issue ${id}`, author_id: author, project_id: projectId, description, iid: id }
  const draft = new Draft().insert('issues', {
    ...row,
    confidential,
    work_item_type_id: world.random.pick([1, 2]),
    namespace_id: project.own,
    ...world.stamps(),
  })
  for (let links = world.random.integer(0, 3); links > 0; links -= 1) addLink(world, draft, issue)
  const assignee = world.random.chance(0.5) ? world.any(world.users)[0] : null
  if (assignee !== null) draft.insert('issue_assignees', { user_id: assignee, issue_id: id })
  const labels = issue.links.map(({ title }) => ({ title, color: '#6699cc' }))
  const assigneeIds = assignee === null ? [] : [String(assignee)]
  draft.expect(issues, 'IssueOpened', id, { projectPath: project.path, organization: 'acme', labels, assigneeIds })
  return labels.length === 0 ? draft : labelled(draft, issue, { added: labels.length, removed: 0 })
}

function addLink(world: World, draft: Draft, issue: Issue): void {
  const [label_id, title] = world.any(world.labels)
  const id = world.id()
  issue.links = [...issue.links, { id, title }]
  draft.insert('label_links', { id, label_id, target_id: issue.id, target_type: 'Issue', ...world.stamps() })
}

const labelled = (draft: Draft, { id, links }: Issue, counts: { added: number; removed: number }): Draft =>
  draft.expect(issues, 'IssueLabelsChanged', id, { labels: links.map(({ title }) => title), ...counts })

/** One click on the list of labels: some go, some come, and the issue is touched. */
export function relabel(world: World): Draft {
  if (world.issues.size === 0) return openIssue(world)
  const [id, issue] = world.any(world.issues)
  const draft = new Draft()
  const gone = issue.links.filter(() => world.random.chance(0.5))
  for (const link of gone) draft.delete('label_links', link.id)
  issue.links = issue.links.filter((link) => !gone.includes(link))
  const added = gone.length === 0 || world.random.chance(0.5) ? 1 : 0
  if (added === 1) addLink(world, draft, issue)
  draft.update('issues', { id }, { updated_at: world.now })
  return labelled(draft, issue, { added, removed: gone.length })
}

export function changeIssue(world: World): Draft {
  if (world.issues.size === 0) return openIssue(world)
  const [id, issue] = world.any(world.issues)
  const draft = new Draft()
  const change = world.random.integer(0, 5)
  // The large column is not sent with it.
  if (change === 0) return draft.update('issues', { id }, { relative_position: id, updated_at: world.now })
  if (change === 1) return hide(draft, issue)
  if (change === 2) return edit(world, draft, issue)
  if (change === 3 && world.random.chance(0.4)) return removeIssue(world, draft, issue)
  const { now, instant } = world
  if (issue.state === 'CLOSED') {
    issue.state = 'OPENED'
    draft.update('issues', { id }, { state_id: 1, closed_at: null, closed_by_id: null, updated_at: now })
    return draft.expect(issues, 'IssueReopened', id, { reopenedAt: instant })
  }
  issue.state = 'CLOSED'
  const [closer] = world.any(world.users)
  draft.update('issues', { id }, { state_id: 2, closed_at: instant, closed_by_id: closer, updated_at: now })
  const labelTitles = issue.links.map(({ title }) => title)
  const fields = { closedAt: instant, closedBy: String(closer), openLabels: labelTitles.length, labelTitles }
  return draft.expect(issues, 'IssueClosed', id, fields)
}

function hide(draft: Draft, issue: Issue): Draft {
  issue.confidential = !issue.confidential
  const { id, confidential } = issue
  return draft
    .update('issues', { id }, { confidential })
    .expect(issues, 'IssueConfidentialityChanged', id, { confidential })
}

function edit(world: World, draft: Draft, issue: Issue): Draft {
  const description = world.text()
  const fields = { title: `Issue ${issue.id}`, length: description.length, previousLength: issue.length }
  issue.length = description.length
  draft.update('issues', { id: issue.id }, { description, updated_at: world.now })
  return draft.expect(issues, 'IssueDescriptionEdited', issue.id, fields)
}

/** The application removes what is polymorphic itself: no foreign key does. */
function removeIssue(world: World, draft: Draft, issue: Issue): Draft {
  const { id, links, state, project } = issue
  world.issues.delete(id)
  for (const link of links) draft.delete('label_links', link.id)
  draft.delete('issues', id)
  if (links.length > 0) labelled(draft, { ...issue, links: [] }, { added: 0, removed: links.length })
  return draft.expect(issues, 'IssueRemoved', id, { projectId: String(project.id), state })
}

export function openRequest(world: World): Draft {
  const id = world.id()
  const [projectId, project] = world.any(world.projects)
  const [author] = world.any(world.users)
  const draft = world.random.chance(0.3)
  world.requests.set(id, { state: 1, project, draft })
  const branches = { source_branch: `fix-${id}`, target_branch: 'main' }
  const row = {
    id,
    ...branches,
    author_id: author,
    target_project_id: projectId,
    source_project_id: projectId,
    iid: id,
  }
  const fields = { targetProjectPath: project.path, sourceBranch: `fix-${id}`, fromFork: false, draft }
  return new Draft()
    .insert('merge_requests', { ...row, title: `Fix ${id}`, description: world.text(), draft, ...world.stamps() })
    .expect('merge-requests.v1', 'MergeRequestOpened', id, fields)
}

/** Opened, locked while it is being merged, merged; or closed. */
export function advanceRequest(world: World): Draft {
  const [id, request] =
    world.random.pickAny([...world.requests].filter(([, { state }]) => state !== 3 && state !== 2)) ?? []
  if (id === undefined || request === undefined) return openRequest(world)
  const draft = new Draft()
  const set = { updated_at: world.now }
  if (request.state === 1 && world.random.chance(0.3)) {
    request.state = 2
    draft.update('merge_requests', { id }, { ...set, state_id: 2 })
    return draft.expect('merge-requests.v1', 'MergeRequestClosed', id, {
      wasDraft: request.draft,
      closedAt: world.instant,
    })
  }
  if (request.state === 1) {
    request.state = 4
    return draft.update('merge_requests', { id }, { ...set, state_id: 4 })
  }
  request.state = 3
  const [merger] = world.any(world.users)
  const bytes = Buffer.from(`squash ${id}`)
  draft.update('merge_requests', { id }, { ...set, state_id: 3, merge_user_id: merger, squash_commit_sha: bytes })
  const fields = { mergedBy: String(merger), squashCommit: bytes.toString('hex'), mergedAt: world.instant }
  return draft.expect('merge-requests.v1', 'MergeRequestMerged', id, fields)
}

/** created, pending, running, and an outcome; the partition is part of the key. */
export function advanceBuild(world: World): Draft {
  const [id, build] = world.random.pickAny([...world.builds]) ?? []
  if (id === undefined || build === undefined || world.random.chance(0.3)) return addBuild(world)
  const draft = new Draft()
  const { partition: partition_id, project } = build
  const step = (status: string, set: object): Draft => {
    build.status = status
    return draft.update('p_ci_builds', { id, partition_id }, { status, updated_at: world.now, ...set })
  }
  if (build.status === 'created') return step('pending', { queued_at: world.now })
  if (build.status === 'pending') {
    const fields = { projectPath: project.path, runnerId: '3', startedAt: world.instant }
    return step('running', { started_at: world.now, runner_id: 3 }).expect('builds.v1', 'BuildStarted', id, fields)
  }
  if (build.status === 'running') {
    const outcome = world.random.pick(['success', 'failed', 'canceled'])
    const reason = outcome === 'failed' ? 1 : null
    step(outcome, { finished_at: world.now, failure_reason: reason, coverage: 87.5 })
    const status = outcome.toUpperCase()
    const fields = {
      status,
      failureReason: reason === null ? null : 'SCRIPT_FAILURE',
      organization: 'acme',
      coverage: 87.5,
    }
    return draft.expect('builds.v1', 'BuildFinished', id, { ...fields, finishedAt: world.instant })
  }
  world.builds.delete(id)
  draft.update('p_ci_builds', { id, partition_id }, { erased_at: world.now })
  return draft.expect('builds.v1', 'BuildErased', id, { erasedAt: world.instant })
}

function addBuild(world: World): Draft {
  const id = world.id()
  const [projectId, project] = world.any(world.projects)
  const partition = 100 + (id % 3)
  world.builds.set(id, { status: 'created', partition, project })
  const row = { id, partition_id: partition, status: 'created', name: 'rspec', type: 'Ci::Build', ref: 'main' }
  return new Draft().insert('p_ci_builds', { ...row, project_id: projectId, options: world.text(), ...world.stamps() })
}

export function record(world: World): Draft {
  const id = world.id()
  const [author] = world.any(world.users)
  const [projectId, { path }] = world.any(world.projects)
  const who = { author_id: author, author_name: `User ${author}`, ip_address: '10.0.0.7' }
  const what = { entity_id: projectId, entity_type: 'Project', entity_path: path, details: '---\n:change: name\n' }
  const fields = { authorId: String(author), entity: 'Project', entityPath: path, recordedAt: world.instant }
  return new Draft()
    .insert('audit_events', { id, ...who, ...what, created_at: world.now })
    .expect('audit.v1', 'AuditRecorded', id, fields)
}
