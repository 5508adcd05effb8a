// "Did you mean": the known word that a misspelt one comes nearest to.

/** null when no word is near: at most two letters off, and fewer than half of them. */
export function nearest(text: string, known: readonly string[]): string | null {
  let best: { word: string; distance: number } | null = null;
  for (const word of new Set(known)) {
    const distance = distanceOf(text.toLowerCase(), word.toLowerCase());
    const near = distance <= 2 && distance * 2 < Math.max(word.length, text.length);
    if (near && (best === null || distance < best.distance)) best = { word, distance };
  }
  return best?.word ?? null;
}

/** Levenshtein's: letters to insert, leave out or replace. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
