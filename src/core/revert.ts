// What a pull request takes back, by what GitHub's and git's own reverts say of it.

/** Numbers of pull requests: `Reverts acme/widgets#12` on a line of its own, as GitHub's button writes it. */
export function revertedNumbers(
  body: string,
  repository: { owner: string; name: string },
): number[] {
  const own = `${repository.owner}/${repository.name}`.toLowerCase();
  const numbers: number[] = [];
  for (const [, place, number] of body.matchAll(
    /^\s*reverts\s+([\w.-]+\/[\w.-]+)?#(\d{1,9})\b/gim,
  )) {
    if (place === undefined || place.toLowerCase() === own) numbers.push(Number(number));
  }
  return numbers;
}

/** `This reverts commit <sha>`, as `git revert` writes it. */
export function revertedShas(messages: readonly string[]): string[] {
  return messages.flatMap((message) =>
    [...message.matchAll(/\bthis reverts commit ([0-9a-f]{40})\b/gi)].map(([, sha = ""]) => sha),
  );
}

/** Worth a look at its commits. */
export function looksLikeRevert({ title, body }: { title: string; body: string }): boolean {
  return /\brevert/i.test(title) || /\breverts?\b/i.test(body);
}
