/**
 * Where a range is after its text was edited. Offsets are UTF-16 units, as CodeMirror's and the server's are.
 *
 * Needs nothing of JupyterLab.
 */
export interface IRange {
  readonly from: number;
  readonly to: number;
}

/** Where `range` of `before` is in `after`; null when the edit touched it. The edit is taken to be one stretch. */
export function shift(range: IRange, before: string, after: string): IRange | null {
  if (before === after) {
    return range;
  }
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) {
    head++;
  }
  let tail = 0;
  while (
    tail < shorter - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  ) {
    tail++;
  }
  if (range.to <= head) {
    return range;
  }
  if (range.from >= before.length - tail) {
    const moved = after.length - before.length;
    return { from: range.from + moved, to: range.to + moved };
  }
  return null;
}

export interface IReplacement extends IRange {
  readonly insert: string;
}

/** `edits` from the last to the first, so that each leaves the offsets of the next alone. Throws when they overlap. */
export function backwards<T extends IReplacement>(edits: readonly T[], length: number): T[] {
  const sorted = [...edits].sort((one, other) => other.from - one.from || other.to - one.to);
  let end = length;
  for (const edit of sorted) {
    if (edit.from < 0 || edit.from > edit.to || edit.to > end) {
      throw new RangeError('edits overlap or leave the cell');
    }
    end = edit.from;
  }
  return sorted;
}

/** `text` with `edits` done. */
export function edited(text: string, edits: readonly IReplacement[]): string {
  return backwards(edits, text.length).reduce(
    (done, edit) => done.slice(0, edit.from) + edit.insert + done.slice(edit.to),
    text
  );
}
