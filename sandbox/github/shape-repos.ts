// Repositories, their labels and commits, as the REST API shows them.
import { atLeast } from "./access.ts";
import { accountJson, accountJsonOf } from "./shape-accounts.ts";
import type { Commit, Label, Repo, Role } from "./state.ts";
import { account, apiUrl, fullName, htmlUrl, iso, nodeId, type World } from "./world.ts";

const templates = {
  archive_url: "{archive_format}{/ref}",
  assignees_url: "assignees{/user}",
  blobs_url: "git/blobs{/sha}",
  branches_url: "branches{/branch}",
  collaborators_url: "collaborators{/collaborator}",
  comments_url: "comments{/number}",
  commits_url: "commits{/sha}",
  compare_url: "compare/{base}...{head}",
  contents_url: "contents/{+path}",
  contributors_url: "contributors",
  deployments_url: "deployments",
  downloads_url: "downloads",
  events_url: "events",
  forks_url: "forks",
  git_commits_url: "git/commits{/sha}",
  git_refs_url: "git/refs{/sha}",
  git_tags_url: "git/tags{/sha}",
  hooks_url: "hooks",
  issue_comment_url: "issues/comments{/number}",
  issue_events_url: "issues/events{/number}",
  issues_url: "issues{/number}",
  keys_url: "keys{/key_id}",
  labels_url: "labels{/name}",
  languages_url: "languages",
  merges_url: "merges",
  milestones_url: "milestones{/number}",
  notifications_url: "notifications{?since,all,participating}",
  pulls_url: "pulls{/number}",
  releases_url: "releases{/id}",
  stargazers_url: "stargazers",
  statuses_url: "statuses/{sha}",
  subscribers_url: "subscribers",
  subscription_url: "subscription",
  tags_url: "tags",
  teams_url: "teams",
  trees_url: "git/trees{/sha}",
} as const;

type TemplateUrls = Record<keyof typeof templates, string>;

const templatePairs = Object.entries(templates);

function freshUrls(world: World, name: string) {
  const url = apiUrl(world, `/repos/${name}`);
  const page = htmlUrl(world, `/${name}`);
  const urls: Record<string, string> = {};
  for (const [key, tail] of templatePairs) urls[key] = `${url}/${tail}`;
  return {
    full_name: name,
    html_url: page,
    url,
    ...(urls as TemplateUrls),
    git_url: `git${page.slice(page.indexOf(":"))}.git`,
    ssh_url: `git@${page.slice(page.indexOf("//") + 2)}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
  };
}

/** Most of a repository's JSON are addresses: they are written out once for each name it has. */
const written = new WeakMap<Repo, ReturnType<typeof freshUrls>>();

function urlsOf(world: World, repo: Repo) {
  const name = fullName(world, repo);
  const before = written.get(repo);
  if (before?.full_name === name) return before;
  const urls = freshUrls(world, name);
  written.set(repo, urls);
  return urls;
}

export function repoApiUrl(world: World, repo: Repo): string {
  return urlsOf(world, repo).url;
}

export function repoJson(world: World, repo: Repo) {
  const forks = repo.forkIds.length;
  return {
    id: repo.id,
    node_id: nodeId("R", repo.id),
    name: repo.name,
    private: repo.private,
    owner: accountJson(world, account(world, repo.ownerId)),
    description: repo.description,
    fork: repo.forkOf !== null,
    ...urlsOf(world, repo),
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    forks_count: forks,
    forks,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    size: 1,
    default_branch: repo.defaultBranch,
    open_issues_count: repo.openCount,
    open_issues: repo.openCount,
    is_template: false,
    topics: [],
    has_issues: repo.hasIssues,
    has_projects: true,
    has_wiki: true,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: repo.archived,
    disabled: false,
    visibility: repo.private ? "private" : "public",
    allow_forking: true,
    web_commit_signoff_required: false,
    pushed_at: iso(repo.pushedAtMs),
    created_at: iso(repo.createdAtMs),
    updated_at: iso(repo.updatedAtMs),
  };
}

export function fullRepoJson(world: World, repo: Repo, role: Role) {
  const owner = account(world, repo.ownerId);
  const parent = repo.forkOf === null ? undefined : world.state.repos[repo.forkOf];
  const parentJson = parent && repoJson(world, parent);
  return {
    ...repoJson(world, repo),
    subscribers_count: 0,
    network_count: 0,
    allow_squash_merge: true,
    allow_merge_commit: true,
    allow_rebase_merge: true,
    allow_auto_merge: false,
    delete_branch_on_merge: false,
    permissions: permissionFlags(role),
    ...(owner.type === "Organization" ? { organization: accountJson(world, owner) } : {}),
    ...(parentJson ? { parent: parentJson, source: parentJson } : {}),
  };
}

export function permissionFlags(role: Role) {
  return {
    admin: atLeast(role, "admin"),
    maintain: atLeast(role, "maintain"),
    push: atLeast(role, "write"),
    triage: atLeast(role, "triage"),
    pull: atLeast(role, "read"),
  };
}

export function labelJson(world: World, repo: Repo, label: Label) {
  return {
    id: label.id,
    node_id: nodeId("LA", label.id),
    url: `${repoApiUrl(world, repo)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    description: label.description,
    color: label.color,
    default: false,
  };
}

export function commitJson(world: World, repo: Repo, commit: Commit) {
  const api = repoApiUrl(world, repo);
  const page = htmlUrl(world, `/${fullName(world, repo)}/commit`);
  const date = iso(commit.createdAtMs);
  const { author, committer } = commit;
  return {
    url: `${api}/commits/${commit.sha}`,
    sha: commit.sha,
    node_id: nodeId("C", commit.sha),
    html_url: `${page}/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    commit: {
      url: `${api}/git/commits/${commit.sha}`,
      author: { name: author.name, email: author.email, date },
      committer: { name: committer.name, email: committer.email, date },
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.sha, url: `${api}/git/trees/${commit.sha}` },
      verification: {
        verified: false,
        reason: "unsigned",
        payload: null,
        signature: null,
        verified_at: null,
      },
    },
    author: accountJsonOf(world, author.id),
    committer: accountJsonOf(world, committer.id),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${page}/${sha}`,
    })),
  };
}
