// GitHub's words for what is not there, or no longer: an installation, a repository, an issue.
import { PermanentFailure } from "../ports.ts";

const INSTALLATION = "github_installation";
const PLACES: readonly string[] = [INSTALLATION, "github_404", "github_410"];

export function notInstalled({ owner, name }: { owner: string; name: string }): PermanentFailure {
  return new PermanentFailure(`not installed on ${owner}/${name}`, { code: INSTALLATION });
}

export function isInstallationGone(error: unknown): boolean {
  return error instanceof PermanentFailure && error.code === INSTALLATION;
}

export function isPlaceGone(error: unknown): boolean {
  return error instanceof PermanentFailure && PLACES.includes(error.code);
}
