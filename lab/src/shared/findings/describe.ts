/** How findings and their places are called in the panels. */
import { IFinding, IWaiver } from '../api/types';
import { IStrings } from '../strings/strings';

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

/** Cell and place in few letters: `3:12`, `3 out 1`; of a file that has no cells, the line. */
export function shortPlaceOf(finding: IFinding, s: IStrings): string {
  const cell = finding.cell ? String(finding.cell.index + 1) : '–';
  const output = (finding.output ?? 0) + 1;
  switch (finding.where) {
    case 'output':
    case 'traceback':
      return s.shortOutput(cell, output);
    case 'source':
      return `${cell}:${finding.line}`;
    case 'file':
      return String(finding.line);
    default:
      return cell;
  }
}

/** Why somebody waived a finding, as far as it was written down. */
export function waiverOf(waiver: IWaiver, s: IStrings): string {
  const { reason, detail, expires, approved_by: approver } = waiver;
  const said = [reason ? s.waiverReason(reason) : detail || s.noReason];
  if (expires) {
    said.push(s.waiverUntil(expires));
  }
  if (approver) {
    said.push(s.waiverBy(approver));
  }
  return said.join(' ');
}

/** A link that is safe to follow, or null. */
export function safeUrl(url: string | null | undefined): string | null {
  return url && /^https:\/\/[^\s]+$/i.test(url) ? url : null;
}
