/** How findings and their places are called in the panels. */
import { IStrings } from '../strings';
import { IFinding } from '../tokens';

/** Where in its cell: `line 2`, `output 1, line 3`, `metadata`. */
export function placeInCell(finding: IFinding, s: IStrings): string {
  const output = (finding.output ?? 0) + 1;
  switch (finding.where) {
    case 'output':
      return s.inOutput(output, finding.line);
    case 'traceback':
      return s.inTraceback(output);
    case 'metadata':
      return s.inMetadata;
    case 'attachment':
      return s.inAttachment;
    case 'widget':
      return s.inWidget;
    default:
      return s.inLine(finding.line);
  }
}

/** The cell by its number from 1, or the notebook. */
export function cellName(index: number | null, s: IStrings): string {
  return index === null ? s.wholeNotebook : s.cell(index + 1);
}

/** Cell and place in it. */
export function placeOf(finding: IFinding, s: IStrings): string {
  return `${cellName(finding.cell?.index ?? null, s)}, ${placeInCell(finding, s)}`;
}

/** Why somebody waived a finding, as far as it was written down. */
export function waiverOf(finding: IFinding, s: IStrings): string {
  const given = (finding.waived ?? {}) as Record<string, unknown>;
  const text = (name: string) => (typeof given[name] === 'string' ? (given[name] as string) : '');
  const said = [text('reason') ? s.waiverReason(text('reason')) : text('detail') || s.noReason];
  if (text('expires')) {
    said.push(s.waiverUntil(text('expires')));
  }
  if (text('approved_by')) {
    said.push(s.waiverBy(text('approved_by')));
  }
  return said.join(' ');
}

/** A link that is safe to follow, or null. */
export function safeUrl(url: string | null | undefined): string | null {
  return url && /^https:\/\/[^\s]+$/i.test(url) ? url : null;
}
