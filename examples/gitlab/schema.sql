-- Part of GitLab's schema: the tables and columns that the mappings read, and the quirks around them. README.md says
-- where the facts come from. Nullability is GitLab's own: many a column that is never null is so by a CHECK.

CREATE SCHEMA gitlab_partitions_dynamic;

CREATE TABLE public.organizations (
  id               bigint PRIMARY KEY,
  created_at       timestamptz NOT NULL,
  updated_at       timestamptz NOT NULL,
  name             text NOT NULL DEFAULT '',
  path             text NOT NULL,
  visibility_level smallint NOT NULL DEFAULT 0,
  CONSTRAINT check_0b4296b5ea CHECK (char_length(path) <= 255)
);

CREATE TABLE public.users (
  id               bigint PRIMARY KEY,
  email            character varying NOT NULL DEFAULT '',
  sign_in_count    integer DEFAULT 0,
  current_sign_in_ip character varying,
  created_at       timestamp,
  updated_at       timestamp,
  name             character varying,
  admin            boolean NOT NULL DEFAULT false,
  projects_limit   integer NOT NULL,
  username         character varying,
  state            character varying,
  external         boolean DEFAULT false,
  last_activity_on date,
  user_type        smallint DEFAULT 0,
  CONSTRAINT check_0dd5948e38 CHECK (user_type IS NOT NULL)
);
CREATE UNIQUE INDEX index_users_on_email ON public.users (email);
CREATE UNIQUE INDEX index_users_on_username ON public.users (username);

-- Groups, the personal namespace of each user, and one row for each project: `type` tells.
CREATE TABLE public.namespaces (
  id               bigint PRIMARY KEY,
  name             character varying NOT NULL,
  path             character varying NOT NULL,
  owner_id         bigint,
  created_at       timestamp,
  updated_at       timestamp,
  type             character varying NOT NULL DEFAULT 'User',
  description      character varying NOT NULL DEFAULT '',
  visibility_level integer NOT NULL DEFAULT 20,
  parent_id        bigint,
  require_two_factor_authentication boolean NOT NULL DEFAULT false,
  traversal_ids    bigint[] NOT NULL DEFAULT '{}',
  organization_id  bigint REFERENCES public.organizations (id),
  CONSTRAINT check_2eae3bdf93 CHECK (organization_id IS NOT NULL)
);
CREATE UNIQUE INDEX index_namespaces_name_parent_id_type ON public.namespaces (name, parent_id, type);

CREATE TABLE public.projects (
  id               bigint PRIMARY KEY,
  name             character varying,
  path             character varying,
  description      text,
  created_at       timestamp,
  updated_at       timestamp,
  creator_id       bigint,
  namespace_id     bigint NOT NULL REFERENCES public.namespaces (id),
  last_activity_at timestamp,
  visibility_level integer NOT NULL DEFAULT 0,
  archived         boolean NOT NULL DEFAULT false,
  star_count       integer NOT NULL DEFAULT 0,
  pending_delete   boolean DEFAULT false,
  marked_for_deletion_at date,
  marked_for_deletion_by_user_id bigint REFERENCES public.users (id) ON DELETE SET NULL,
  project_namespace_id bigint REFERENCES public.namespaces (id) ON DELETE CASCADE,
  organization_id  bigint REFERENCES public.organizations (id),
  CONSTRAINT check_1a6f946a8a CHECK (organization_id IS NOT NULL),
  CONSTRAINT check_fa75869cb1 CHECK (project_namespace_id IS NOT NULL)
);

CREATE TABLE public.project_custom_attributes (
  id         bigint PRIMARY KEY,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  project_id bigint NOT NULL REFERENCES public.projects (id) ON DELETE CASCADE,
  key        character varying NOT NULL,
  value      character varying NOT NULL
);
CREATE UNIQUE INDEX index_project_custom_attributes_on_project_id_and_key
  ON public.project_custom_attributes (project_id, key);

CREATE TABLE public.project_ci_cd_settings (
  id                    bigint PRIMARY KEY,
  project_id            bigint NOT NULL REFERENCES public.projects (id) ON DELETE CASCADE,
  default_git_depth     integer,
  merge_trains_enabled  boolean DEFAULT false,
  id_token_sub_claim_components character varying[] NOT NULL DEFAULT '{project_path,ref_type,ref}'
);
CREATE UNIQUE INDEX index_project_ci_cd_settings_on_project_id ON public.project_ci_cd_settings (project_id);

CREATE TABLE public.member_roles (
  id                bigint PRIMARY KEY,
  namespace_id      bigint REFERENCES public.namespaces (id) ON DELETE CASCADE,
  created_at        timestamptz NOT NULL,
  updated_at        timestamptz NOT NULL,
  base_access_level integer,
  name              text NOT NULL DEFAULT 'Custom',
  permissions       jsonb NOT NULL DEFAULT '{}'
);

-- Polymorphic: `source_type` says whether `source_id` is a project or a namespace. Invitations have no user yet.
CREATE TABLE public.members (
  id                  bigint PRIMARY KEY,
  access_level        integer NOT NULL,
  source_id           bigint NOT NULL,
  source_type         character varying NOT NULL,
  user_id             bigint REFERENCES public.users (id) ON DELETE CASCADE,
  notification_level  integer NOT NULL,
  type                character varying,
  created_at          timestamp,
  updated_at          timestamp,
  invite_email        character varying,
  invite_accepted_at  timestamp,
  requested_at        timestamp,
  expires_at          date,
  state               smallint DEFAULT 0,
  member_namespace_id bigint REFERENCES public.namespaces (id) ON DELETE CASCADE,
  member_role_id      bigint REFERENCES public.member_roles (id) ON DELETE SET NULL,
  CONSTRAINT check_508774aac0 CHECK (member_namespace_id IS NOT NULL)
);

CREATE TABLE public.work_item_types (
  id         bigint PRIMARY KEY,
  base_type  smallint NOT NULL DEFAULT 0,
  name       text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE TABLE public.issues (
  id                bigint PRIMARY KEY,
  title             character varying,
  author_id         bigint REFERENCES public.users (id) ON DELETE SET NULL,
  project_id        bigint REFERENCES public.projects (id) ON DELETE CASCADE,
  created_at        timestamp,
  updated_at        timestamp,
  description       text,
  iid               integer,
  weight            integer,
  confidential      boolean NOT NULL DEFAULT false,
  due_date          date,
  lock_version      integer DEFAULT 0,
  description_html  text,
  relative_position integer,
  closed_at         timestamptz,
  closed_by_id      bigint REFERENCES public.users (id) ON DELETE SET NULL,
  state_id          smallint NOT NULL DEFAULT 1,
  work_item_type_id bigint REFERENCES public.work_item_types (id),
  namespace_id      bigint REFERENCES public.namespaces (id) ON DELETE CASCADE,
  CONSTRAINT check_2addf801cd CHECK (work_item_type_id IS NOT NULL),
  CONSTRAINT check_c33362cd43 CHECK (namespace_id IS NOT NULL),
  CONSTRAINT check_fba63f706d CHECK (lock_version IS NOT NULL)
);
CREATE UNIQUE INDEX index_issues_on_project_id_and_iid ON public.issues (project_id, iid);

CREATE TABLE public.issue_assignees (
  user_id      bigint NOT NULL REFERENCES public.users (id) ON DELETE CASCADE,
  issue_id     bigint NOT NULL REFERENCES public.issues (id) ON DELETE CASCADE,
  namespace_id bigint,
  PRIMARY KEY (issue_id, user_id)
);

CREATE TABLE public.labels (
  id         bigint PRIMARY KEY,
  title      character varying,
  color      character varying,
  project_id bigint REFERENCES public.projects (id) ON DELETE CASCADE,
  created_at timestamp,
  updated_at timestamp,
  template   boolean DEFAULT false,
  type       character varying,
  group_id   bigint REFERENCES public.namespaces (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX index_labels_on_group_id_and_title_varchar_unique
  ON public.labels (group_id, title) WHERE project_id IS NULL;

-- Polymorphic, and nothing in it is NOT NULL.
CREATE TABLE public.label_links (
  id          bigint PRIMARY KEY,
  label_id    bigint REFERENCES public.labels (id) ON DELETE CASCADE,
  target_id   bigint,
  target_type character varying,
  created_at  timestamp,
  updated_at  timestamp
);
CREATE INDEX index_label_links_on_target_id_and_target_type ON public.label_links (target_id, target_type);

CREATE TABLE public.merge_requests (
  id                bigint PRIMARY KEY,
  target_branch     character varying NOT NULL,
  source_branch     character varying NOT NULL,
  source_project_id bigint REFERENCES public.projects (id) ON DELETE SET NULL,
  author_id         bigint REFERENCES public.users (id) ON DELETE SET NULL,
  title             character varying,
  created_at        timestamp,
  updated_at        timestamp,
  merge_status      character varying NOT NULL DEFAULT 'unchecked',
  target_project_id bigint NOT NULL REFERENCES public.projects (id) ON DELETE CASCADE,
  iid               integer,
  description       text,
  merge_user_id     bigint REFERENCES public.users (id) ON DELETE SET NULL,
  merge_commit_sha  character varying,
  lock_version      integer DEFAULT 0,
  squash            boolean NOT NULL DEFAULT false,
  state_id          smallint NOT NULL DEFAULT 1,
  squash_commit_sha bytea,
  draft             boolean NOT NULL DEFAULT false,
  CONSTRAINT check_970d272570 CHECK (lock_version IS NOT NULL)
);
CREATE UNIQUE INDEX index_merge_requests_on_target_project_id_and_iid
  ON public.merge_requests (target_project_id, iid);

CREATE TABLE public.p_ci_builds (
  status         character varying,
  finished_at    timestamp,
  created_at     timestamp,
  updated_at     timestamp,
  started_at     timestamp,
  coverage       double precision,
  name           character varying,
  options        text,
  allow_failure  boolean NOT NULL DEFAULT false,
  stage_idx      integer,
  tag            boolean,
  ref            character varying,
  type           character varying,
  erased_at      timestamp,
  environment    character varying,
  queued_at      timestamp,
  lock_version   integer DEFAULT 0,
  retried        boolean,
  failure_reason integer,
  id             bigint NOT NULL,
  partition_id   bigint NOT NULL,
  commit_id      bigint,
  project_id     bigint,
  runner_id      bigint,
  user_id        bigint,
  CONSTRAINT check_1e2fbd1b39 CHECK (lock_version IS NOT NULL),
  CONSTRAINT check_9aa9432137 CHECK (project_id IS NOT NULL),
  CONSTRAINT p_ci_builds_pkey PRIMARY KEY (id, partition_id)
) PARTITION BY LIST (partition_id);
-- What was the table before it was partitioned is its first partition, and still stands in `public`.
CREATE TABLE public.ci_builds PARTITION OF public.p_ci_builds FOR VALUES IN (100);
CREATE TABLE gitlab_partitions_dynamic.ci_builds_101 PARTITION OF public.p_ci_builds FOR VALUES IN (101);
CREATE TABLE gitlab_partitions_dynamic.ci_builds_102 PARTITION OF public.p_ci_builds FOR VALUES IN (102);

CREATE TABLE public.audit_events (
  id             bigint NOT NULL,
  author_id      bigint NOT NULL,
  entity_id      bigint NOT NULL,
  entity_type    character varying NOT NULL,
  details        text,
  ip_address     inet,
  author_name    text,
  entity_path    text,
  target_details text,
  created_at     timestamp NOT NULL,
  target_type    text,
  target_id      bigint,
  CONSTRAINT check_83ff8406e2 CHECK (char_length(author_name) <= 255),
  CONSTRAINT audit_events_pkey PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE TABLE gitlab_partitions_dynamic.audit_events_000000 PARTITION OF public.audit_events
  FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
CREATE TABLE gitlab_partitions_dynamic.audit_events_202601 PARTITION OF public.audit_events
  FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE gitlab_partitions_dynamic.audit_events_202602 PARTITION OF public.audit_events
  FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');

-- What falsework adds: a row that the connector touches, so that a quiet database moves on.
CREATE TABLE public.falsework_heartbeat (
  id      integer PRIMARY KEY,
  beat_at timestamptz NOT NULL
);

CREATE PUBLICATION falsework_gitlab FOR TABLE
  public.organizations, public.users, public.namespaces, public.projects, public.project_custom_attributes,
  public.project_ci_cd_settings, public.member_roles, public.members, public.work_item_types, public.issues,
  public.issue_assignees, public.labels, public.label_links, public.merge_requests, public.p_ci_builds,
  public.audit_events, public.falsework_heartbeat
  WITH (publish_via_partition_root = true);

-- What the workload expects to be published, noted in the transaction that makes it so. Not captured.
CREATE SCHEMA expected;
CREATE TABLE expected.events (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic    text NOT NULL,
  -- Name of the contract; null for a tombstone.
  type     text,
  key      text NOT NULL,
  -- Some fields of the event, as JSON.
  fields   jsonb NOT NULL
);
