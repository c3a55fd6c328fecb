/** The marks of masked values in outputs. Pure: no JupyterLab in it. */

/** `[secret path#key]`, as nbguard's kernel side writes it; a version or a mount may be in it. */
const MARK = /\[secret [^\s\]#]+#[^\s\]]+\]/g;

/** Values of one output in several formats are one value: the format with most marks counts. */
export function countMarks(outputs: readonly unknown[]): number {
  let total = 0;
  for (const output of outputs) {
    const { text, data, traceback, evalue } = (output ?? {}) as Record<string, unknown>;
    const formats = data && typeof data === 'object' ? Object.values(data) : [];
    total += Math.max(
      inText(text),
      Math.max(inText(traceback), inText(evalue)),
      ...formats.map(inText)
    );
  }
  return total;
}

/** Text may be a string or a list of lines; other JSON is searched as its text. */
function inText(value: unknown): number {
  if (value === undefined || value === null) {
    return 0;
  }
  const text =
    typeof value === 'string'
      ? value
      : Array.isArray(value) && value.every(part => typeof part === 'string')
        ? value.join('')
        : JSON.stringify(value);
  return text.match(MARK)?.length ?? 0;
}
